//! Logarithm and exponential by arithmetic alone.
//!
//! The functions of a platform's mathematical library differ in their last bits, which could turn a tie or a rounded
//! confidence. IEEE 754 fixes the results of `+ - * /` and the square root, and Rust does not fuse or reorder them, so
//! these give the same bits on every machine. They are exact to about 10 digits, far more than an alignment needs.

use std::f64::consts::{LN_2, LOG2_E, SQRT_2};

/// Returns the natural logarithm of a positive, finite number.
pub fn ln(x: f64) -> f64 {
    debug_assert!(x >= f64::MIN_POSITIVE && x.is_finite());
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln(m) = 2 artanh(t), with |t| below 0.172.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let s = t * t;
    let series = 1.0 + s * (1.0 / 3.0 + s * (0.2 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0)))));
    exponent as f64 * LN_2 + 2.0 * t * series
}

/// How many steps a power of two is divided into.
const STEPS: usize = 64;

/// 2 to the power of each step.
static POWERS: [f64; STEPS] = {
    let mut powers = [1.0; STEPS];
    let mut step = 1;
    while step < STEPS {
        // The series of e^x, with x below 0.7.
        let x = step as f64 * LN_2 / STEPS as f64;
        let (mut sum, mut divisor) = (1.0, 24.0);
        while divisor > 0.5 {
            sum = 1.0 + x * sum / divisor;
            divisor -= 1.0;
        }
        powers[step] = sum;
        step += 1;
    }
    powers
};

/// Returns e to the power of `x`; 0 below -700.
#[inline]
pub fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    debug_assert!(x < 700.0);
    let steps = (x * (LOG2_E * STEPS as f64) + if x < 0.0 { -0.5 } else { 0.5 }) as i64;
    let r = x - steps as f64 * (LN_2 / STEPS as f64);
    // The series of e^r, with |r| below 0.0055.
    let series = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0))));
    let (whole, part) = (steps.div_euclid(STEPS as i64), steps.rem_euclid(STEPS as i64));
    series * POWERS[part as usize] * f64::from_bits(((whole + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_library() {
        for step in -6000..6000 {
            let x = f64::from(step) * 0.1;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-9, "exp({x})");
            let y = x.exp();
            assert!((ln(y) - x).abs() < 1e-9 * x.abs().max(1.0), "ln({y})");
        }
        assert_eq!((ln(1.0), exp(0.0), exp(-800.0)), (0.0, 1.0, 0.0));
    }
}
