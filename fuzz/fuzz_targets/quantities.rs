#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| recto_fuzz::invariants::quantities(text));
