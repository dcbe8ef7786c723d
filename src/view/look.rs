//! The place Look on the screen: what is in a photo?

use yew::prelude::*;

use super::app::Callbacks;
use super::components::{camera::Camera, chooser::Chooser, compare::Compare, drop_zone::DropZone, messages::Messages};
use super::components::{queue::Queue, results::Results, toolbar::Toolbar};
use super::photos::PhotoState;
use super::spoken;
use super::state::State;

/// The place. `over`: files are held over the window.
pub fn look(state: &State, over: bool, callbacks: &Callbacks) -> Html {
    let State { engine, networks, photos, notices, timings, samples, camera, reading, now_ms, .. } = state;
    let Callbacks { act, files, sample, copy, save, .. } = callbacks;
    let empty = photos.list.is_empty();
    html! {
        <main class="page" id="place" tabindex="-1">
            if empty {
                <div class="intro">
                    <h1>{ "What is in a photo?" }</h1>
                    <p class="lead">
                        { "Add photos and read the five most probable classes of each. " }
                        { "A small neural network looks at them here, on your machine." }
                    </p>
                </div>
            } else {
                <h1 class="visually-hidden">{ "What is in a photo?" }</h1>
            }
            <Messages notices={notices.list.clone()} {act} />
            <div class={classes!("stage", (!empty).then_some("stage-compact"))}>
                <DropZone
                    compact={!empty}
                    {over}
                    camera={*camera}
                    reading={*reading}
                    samples={samples.clone()}
                    {files}
                    {sample}
                    {act}
                />
                <Chooser
                    networks={networks.clone()}
                    timings={timings.clone()}
                    now_ms={networks.fetching.as_ref().map(|_| *now_ms)}
                    {act}
                />
            </div>
            if *camera {
                <Camera {files} {act} />
            }
            <Compare
                networks={networks.clone()}
                timings={timings.clone()}
                measuring={engine.measuring}
                can_measure={engine.device.is_some() && networks.is_ready()}
                {files}
                {act}
            />
            <section id="photos" aria-label="Photos">
                // There from the start: a screen reader hears only what changes in a region that it knows.
                <p class="visually-hidden" role="status" aria-live="polite" data-testid="heard">{ spoken::now(photos, *reading) }</p>
                if !empty {
                    <Toolbar
                        total={photos.list.len()}
                        done={photos.count(PhotoState::Done)}
                        failed={photos.count(PhotoState::Failed)}
                        {act}
                        {copy}
                        {save}
                    />
                    if let Some(run) = photos.run {
                        <Queue
                            {run}
                            now_ms={*now_ms}
                            stopped={photos.stopped}
                            ready={networks.is_ready() && engine.device.is_some()}
                            {act}
                        />
                    }
                    <Results photos={photos.list.clone()} {act} />
                }
            </section>
        </main>
    }
}
