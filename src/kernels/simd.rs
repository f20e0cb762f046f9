//! Vectors of 128 bits: the instructions that the kernels are written in.
//!
//! Three implementations with the same surface: `simd128` of WebAssembly, its relaxed instructions used where they are
//! on, SSE2 of x86-64, and arrays for everything else.

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
pub use self::portable::{F32x4, I8x16, I16x8, I32x4};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use self::wasm::{F32x4, I8x16, I16x8, I32x4};
#[cfg(target_arch = "x86_64")]
pub use self::x86::{F32x4, I8x16, I16x8, I32x4};

impl F32x4 {
    /// The first values of a slice, filled up with `fill`.
    #[inline(always)]
    pub fn load_part(from: &[f32], fill: f32) -> F32x4 {
        let mut all = [fill; 4];
        for (to, x) in all.iter_mut().zip(from) {
            *to = *x;
        }
        F32x4::load(&all)
    }

    /// The nearest whole numbers, of two the even one; of what is beyond a million, something beyond a million.
    #[inline(always)]
    pub fn round(self) -> I32x4 {
        // 1.5 * 2^23: added to a number below 2^22, it leaves the rounded number in the low bits. Of higher numbers the
        // bits still rise; of lower ones they do not, hence the bound.
        const SHIFT: f32 = 12_582_912.0;
        let shifted = self.max(F32x4::splat(-1e6)).add(F32x4::splat(SHIFT));
        shifted.bits().sub(I32x4::splat(SHIFT.to_bits() as i32))
    }

    /// The sum of the four.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_even_and_keeps_the_order_of_what_is_out_of_range() {
        let round = |x: f32| F32x4::splat(x).round().to_array()[0];
        for (x, expected) in [
            (0.5, 0),
            (1.5, 2),
            (-0.5, 0),
            (-1.5, -2),
            (2.4999, 2),
            (-254.6, -255),
            (1e6, 1_000_000),
        ] {
            assert_eq!(round(x), expected, "{x}");
        }
        assert!(round(f32::INFINITY) > 1_000_000 && round(1e30) > 1_000_000);
        assert!(round(f32::NEG_INFINITY) <= -1_000_000 && round(-1e30) <= -1_000_000);
    }

    #[test]
    fn narrows_with_saturation() {
        let big = I32x4::splat(70_000);
        let small = I32x4::splat(-70_000);
        assert_eq!(
            big.narrow(small).to_array(),
            [32767, 32767, 32767, 32767, -32768, -32768, -32768, -32768]
        );
        let mut bytes = [0; 16];
        big.narrow(small).narrow(I16x8::splat(5)).store(&mut bytes);
        assert_eq!(bytes[..4], [127; 4]);
        assert_eq!(bytes[4..8], [-128; 4]);
        assert_eq!(bytes[8..], [5; 8]);
    }

    #[test]
    fn sums_four_vectors_at_once() {
        let rows = [
            [1.0, 2.0, 3.0, 4.0],
            [5.0; 4],
            [-1.0, 0.0, 0.0, 1.0],
            [0.5; 4],
        ];
        let sums = F32x4::sums(rows.map(|row| F32x4::load(&row)));
        assert_eq!(sums.to_array(), [10.0, 20.0, 0.0, 2.0]);
    }

    /// The extremes of what the dot products are given: whatever an engine does within the rules, this must come out.
    #[test]
    fn dot_products_are_exact() {
        for level in [-128i8, -127, -1, 0, 1, 127] {
            for weight in [0, 1, 63, 126, 127] {
                let quad = i32::from_le_bytes([level as u8; 4]);
                let found = I8x16::splat_quad(&quad).dot(I8x16::load(&[weight; 16]));
                let expected = 2 * i16::from(level) * i16::from(weight);
                assert_eq!(found.to_array(), [expected; 8], "{level} times {weight}");
            }
        }
        for level in [-255i16, -1, 0, 255] {
            for weight in [-128, -127, 0, 127] {
                let pair = i32::from(level) << 16 | i32::from(level as u16);
                let found = I16x8::splat_pair(&pair).dot(I16x8::load_i8(&[weight; 8]));
                let expected = 2 * i32::from(level) * i32::from(weight);
                assert_eq!(found.to_array(), [expected; 4], "{level} times {weight}");
            }
        }
    }

    #[test]
    fn lanes_are_where_they_belong() {
        let rows =
            std::array::from_fn(|r| I32x4::load(&std::array::from_fn(|c| (10 * r + c) as i32)));
        for (c, column) in I32x4::transpose(rows).into_iter().enumerate() {
            let expected: [i32; 4] = std::array::from_fn(|r| (10 * r + c) as i32);
            assert_eq!(column.to_array(), expected);
        }
        let bytes = I8x16::load(&std::array::from_fn(|i| i as i8 - 8));
        let expected: [i32; 4] = std::array::from_fn(|i| {
            i32::from_le_bytes(
                std::array::from_fn(|k| (4 * i + k) as u8).map(|x| x.wrapping_sub(8)),
            )
        });
        assert_eq!(bytes.bits().to_array(), expected);
        let weights = I8x16::load(&std::array::from_fn(|i| i as i8));
        let sums = bytes.dot(weights).to_array();
        let expected = std::array::from_fn(|i| {
            let product = |i: i16| (i - 8) * i;
            product(2 * i as i16) + product(2 * i as i16 + 1)
        });
        assert_eq!(sums, expected);
        let pairs = bytes.dot(weights);
        let neighbours =
            std::array::from_fn(|i| i32::from(sums[2 * i]) + i32::from(sums[2 * i + 1]));
        assert_eq!(pairs.sum_pairs().to_array(), neighbours);
        let bits = std::array::from_fn(|i| {
            i32::from(sums[2 * i + 1]) << 16 | i32::from(sums[2 * i] as u16)
        });
        assert_eq!(pairs.bits().to_array(), bits);
    }
}
