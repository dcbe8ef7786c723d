//! Which files may be photos.

use crate::view::skip::skip_reason;

#[test]
fn files_of_a_system_and_files_of_other_kinds_are_no_photos() {
    for path in ["a/.DS_Store", "__MACOSX/a/1.jpg", "a/Thumbs.db", "a/1.txt", ".hidden/1.jpg", "a/1.zip"] {
        assert!(skip_reason(path).is_some(), "{path}");
    }
    for path in ["a/1.jpg", "a/1.JPEG", "1.webp", "a/b/image_0001", "v1.2/a.png"] {
        assert!(skip_reason(path).is_none(), "{path}");
    }
}
