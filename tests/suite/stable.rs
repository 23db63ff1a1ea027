//! stable
