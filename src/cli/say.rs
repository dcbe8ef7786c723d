//! Lines on stdout and stderr. Whoever reads may stop early (`graft classify … | head`): what can no longer be written is left away, where
//! `println!` and `eprintln!` would panic.

/// A line on stdout: a result.
macro_rules! say {
    ($($what:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{}\n", format_args!($($what)*)));
    }};
}
pub(in crate::cli) use say;

/// A line on stderr: progress or a message.
macro_rules! note {
    ($($what:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{}\n", format_args!($($what)*)));
    }};
}
pub(in crate::cli) use note;
