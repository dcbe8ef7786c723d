//! What a session needs of the place it lives in.

use std::io::{Read, Seek};

use crate::error::Result;
use crate::photo::Rgb;
use crate::protocol::Event;

/// A photo on its way into the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// The decoded pixels, oriented as a person sees them; may be smaller than the file's where the browser scaled while decoding.
    pub rgb: Rgb,
    /// Width and height of the file's image as a person sees it, pixels.
    pub size: [u32; 2],
}

/// Where a session lives: a worker in a browser, or a native program.
#[expect(async_fn_in_trait, reason = "a session runs on one thread, so its futures need not be Send")]
pub trait Host {
    /// A photo as it came with its command: a `Blob` in a browser, bytes elsewhere.
    type Photo;
    /// Reads in a file that came with its command, wherever it likes.
    type Reader: Read + Seek;

    /// Decodes a photo for a network of `input`×`input` pixels.
    ///
    /// # Errors
    /// As [`photo::decode`](crate::photo::decode); the subject is set by the session.
    async fn decode(&self, photo: &Self::Photo, input: usize) -> Result<Photo>;

    /// sha256 of the file, 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::error::ErrorKind::Io): the file is gone.
    async fn digest(&self, photo: &Self::Photo) -> Result<String>;

    /// Opens a file for reading here and there: a zip file can be larger than memory.
    fn reader(&self, file: Self::Photo) -> Self::Reader;

    /// All bytes of a file.
    ///
    /// # Errors
    /// As [`Host::digest`].
    async fn bytes(&self, file: &Self::Photo) -> Result<Vec<u8>>;

    /// Whether a GPU can be asked for at all: `Err` says why not, and the cure (a page over plain http has no WebGPU).
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::error::ErrorKind::Device).
    fn gpu_allowed(&self) -> Result<()>;

    /// What the GPU is called, where the host knows better than the driver.
    async fn gpu_name(&self) -> Option<String> {
        None
    }

    /// Milliseconds of a clock that only goes forward.
    fn now(&self) -> f64;

    /// Sends an event, and the bytes that its documentation promises beside it.
    fn emit(&self, event: Event, data: Option<Vec<u8>>);
}

/// What came beside a command.
#[derive(Debug)]
pub enum Attachment<P> {
    /// Nothing.
    None,
    /// A file's bytes.
    Bytes(Vec<u8>),
    /// A photo.
    Photo(P),
}
