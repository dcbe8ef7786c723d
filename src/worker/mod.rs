//! Binds a [`Session`] to `postMessage` in a dedicated worker.
//!
//! Both directions carry one object, `{ text, data }`: `text` is the JSON of a [`Command`] or an [`Event`], `data` the bytes or the photo
//! that its documentation promises. Buffers are transferred.

mod blob_reader;
mod browser_decode;
mod console;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use self::blob_reader::BlobReader;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Command, CommandName, Event};
use crate::session::{Attachment, Host, Photo, Session};

unsafe extern "C" {
    /// What libraries have to be done before `main`, made by the linker: CubeCL registers its types so.
    fn __wasm_call_ctors();
}

/// Starts the engine: sets the message handler and says that it runs.
pub fn start() {
    // SAFETY: made by the linker for this, and called once, before anything else.
    //
    // In a program that never calls it, the linker puts a call into every function that JavaScript can call (LLD's "command exports"), even into
    // those that hand over a value: a clock's reading then took 0.4 ms.
    unsafe { __wasm_call_ctors() };
    console::install(|message| post(&Event::Crashed { message }, None));
    let queue: Rc<RefCell<VecDeque<MessageEvent>>> = Rc::default();
    let session = Rc::new(RefCell::new(Some(Session::new(Browser))));
    let receive = Closure::<dyn FnMut(MessageEvent)>::new(move |message| {
        queue.borrow_mut().push_back(message);
        // One task at a time carries out the queue, so commands never overlap; it takes the session while it works.
        let (queue, session) = (queue.clone(), session.clone());
        let taken = session.borrow_mut().take();
        if let Some(mut working) = taken {
            spawn_local(async move {
                loop {
                    let message = queue.borrow_mut().pop_front();
                    if let Some(message) = message {
                        carry_out(&mut working, &message).await;
                    } else if working.work().await {
                        next_turn().await; // lets messages in: pause, stop
                    } else {
                        break;
                    }
                }
                *session.borrow_mut() = Some(working);
            });
        }
    });
    scope().set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget(); // lives as long as the worker
    post(&Event::Started, None);
}

/// Waits until the messages that are here were delivered. A channel of its own, as browsers make timers wait for 4 ms and, in a hidden
/// tab, for a second.
async fn next_turn() {
    let Ok(channel) = MessageChannel::new() else { return };
    let turn = Promise::new(&mut |resolve: Function, _| {
        channel.port1().set_onmessage(Some(&resolve));
        let _ = channel.port2().post_message(&JsValue::NULL); // null can always be posted
    });
    let _ = JsFuture::from(turn).await; // it is only ever resolved
    channel.port1().close();
}

async fn carry_out(session: &mut Session<Browser>, message: &MessageEvent) {
    let field = |name: &str| get(&message.data(), name);
    let text = field("text").as_string().unwrap_or_default();
    match serde_json::from_str::<Command>(&text) {
        Ok(command) => {
            let attachment = match field("data").dyn_into::<Blob>() {
                Ok(blob) => Attachment::Photo(blob),
                Err(data) if data.is_undefined() => Attachment::None,
                Err(data) => Attachment::Bytes(Uint8Array::new(&data).to_vec()),
            };
            session.handle(command, attachment).await;
        }
        Err(error) => {
            let cure = "Page and engine may be of different versions: reload the page without its cache.";
            let error = Error::new(
                ErrorKind::Usage,
                "a message to the engine",
                "a command",
                format!("{error} in {text}"),
                cure,
            );
            post(&Event::CommandFailed { command: CommandName::Unknown, error }, None);
        }
    }
}

/// A property of a JavaScript object; undefined where there is none.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn navigator_gpu() -> JsValue {
    get(&get(&js_sys::global(), "navigator"), "gpu")
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an event to the page, its bytes transferred.
fn post(event: &Event, data: Option<Vec<u8>>) {
    // An event is plain data of ours: it always has a JSON form.
    let text = serde_json::to_string(event).unwrap_or_default();
    let (message, transfer) = (Object::new(), Array::new());
    let set = |name: &str, value: &JsValue| {
        let _ = Reflect::set(&message, &name.into(), value); // fails for frozen objects only
    };
    set("text", &text.into());
    if let Some(data) = data {
        let buffer = Uint8Array::from(data.as_slice()).buffer();
        set("data", &buffer);
        transfer.push(&buffer);
    }
    if let Err(error) = scope().post_message_with_transfer(&message, &transfer) {
        log::error!("a message to the page was refused: {error:?}");
    }
}

/// The browser as a session's host.
#[derive(Debug)]
struct Browser;

impl Host for Browser {
    type Photo = Blob;
    type Reader = BlobReader;

    async fn decode(&self, photo: &Blob, input: usize) -> Result<Photo> {
        browser_decode::decode(photo, input).await
    }

    async fn digest(&self, photo: &Blob) -> Result<String> {
        browser_decode::digest(photo).await
    }

    fn reader(&self, file: Blob) -> BlobReader {
        BlobReader::new(file)
    }

    async fn bytes(&self, file: &Blob) -> Result<Vec<u8>> {
        Ok(browser_decode::read(file).await?.to_vec())
    }

    fn gpu_allowed(&self) -> Result<()> {
        let gpu = navigator_gpu();
        if !gpu.is_undefined() && !gpu.is_null() {
            return Ok(());
        }
        let (expected, found, cure) = if get(&js_sys::global(), "isSecureContext") == JsValue::FALSE {
            (
                "a page opened over https or from localhost",
                "a page over plain http, which browsers give no WebGPU",
                "Open this page over https, or from localhost, to use the GPU; until then the CPU gives the same results, slower.",
            )
        } else {
            (
                "a browser with WebGPU",
                "one without it",
                "Graft goes on with the CPU: same results, slower. Chrome, Edge, Safari 26 or Firefox with WebGPU switched on use the GPU.",
            )
        };
        Err(Error::new(ErrorKind::Device, "the GPU", expected, found, cure))
    }

    /// The adapter's own words; wgpu does not pass on `vendor` and `architecture`, and Firefox tells neither.
    async fn gpu_name(&self) -> Option<String> {
        let gpu = navigator_gpu();
        let request: Function = get(&gpu, "requestAdapter").dyn_into().ok()?;
        let adapter: Promise = request.call0(&gpu).ok()?.dyn_into().ok()?;
        let info = get(&JsFuture::from(adapter).await.ok()?, "info");
        let word = |name: &str| get(&info, name).as_string().filter(|text| !text.is_empty());
        word("description").or_else(|| match (word("vendor"), word("architecture")) {
            (Some(vendor), Some(architecture)) => Some(format!("{vendor} {architecture}")),
            (vendor, architecture) => vendor.or(architecture),
        })
    }

    fn now(&self) -> f64 {
        scope().performance().map_or(0.0, |performance| performance.now())
    }

    fn emit(&self, event: Event, data: Option<Vec<u8>>) {
        post(&event, data);
    }
}
