//! Output and memory grow with the content, and by no more than the manual says.

#[test]
fn output_grows_with_the_content() {}

#[test]
fn memory_grows_with_the_content() {}
