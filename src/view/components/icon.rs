//! Small line drawings, 24 units a side.

use yew::prelude::*;

/// An icon, named as what it shows; what it means must also stand in words beside it, or in a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Photo,
    Camera,
    Shield,
    Sun,
    Moon,
    HalfCircle,
    Cross,
    Copy,
    Download,
    Bin,
    Info,
    Warning,
    Stop,
    Chip,
    Add,
    Projector,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Photo => {
                "M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 17l5-5 4 4 3-3 4 4M15.5 9h.01"
            }
            Self::Camera => {
                "M4 8a2 2 0 0 1 2-2h2l1.5-2h5L16 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM12 9.5a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5"
            }
            Self::Shield => "M12 3l7 3v5c0 4.5-2.8 8-7 10-4.2-2-7-5.5-7-10V6zM9 12l2 2 4-4",
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1"
            }
            Self::Moon => "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
            Self::HalfCircle => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 4v16M12 8h3.5M12 12h4.5M12 16h3.5",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Copy => {
                "M9 9h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM5 15V5a1 1 0 0 1 1-1h9"
            }
            Self::Download => "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
            Self::Bin => "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
            Self::Info => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 11v5M12 8h.01",
            Self::Warning => "M12 4.5l8.5 15h-17zM12 10v4.5M12 17h.01",
            Self::Stop => "M8.7 4h6.6L20 8.7v6.6L15.3 20H8.7L4 15.3V8.7zM12 8.5V13M12 15.8h.01",
            Self::Chip => "M7 7h10v10H7zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5",
            Self::Add => "M12 5v14M5 12h14",
            Self::Projector => "M4 5h16M5 5v9h14V5M12 14v3M8 20l4-3 4 3",
        }
    }
}

/// Draws an icon.
pub fn icon(which: Icon) -> Html {
    html! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={which.path()} /></svg> }
}

/// The mark of Graft: a stem and two leaves.
pub fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="mark-ground" width="32" height="32" rx="8" />
            <path class="mark-stem" d="M16 26V15" />
            <path class="mark-leaf" d="M16 16C16 10.5 19.5 7 26 6.5 26 13 22 16 16 16Z" />
            <path class="mark-leaf mark-second" d="M16 20.5C16 16.5 13 13.5 7 13.5 7 18.5 10.5 20.5 16 20.5Z" />
        </svg>
    }
}
