//! Vectors of 128 bits.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use self::wasm::{F32x4, I16x8, I32x4};

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use self::portable::{F32x4, I16x8, I32x4};

/// `simd128` of WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use core::arch::wasm32::*;

    /// Four floats.
    #[derive(Clone, Copy)]
    pub struct F32x4(v128);

    /// Four integers.
    #[derive(Clone, Copy)]
    pub struct I32x4(v128);

    /// Eight short integers.
    #[derive(Clone, Copy)]
    pub struct I16x8(v128);

    impl F32x4 {
        #[inline(always)]
        pub fn splat(x: f32) -> F32x4 {
            F32x4(f32x4_splat(x))
        }

        #[inline(always)]
        pub fn load(from: &[f32; 4]) -> F32x4 {
            // SAFETY: the reference is to 16 readable bytes; a v128 load has no alignment to keep.
            F32x4(unsafe { v128_load(from.as_ptr().cast()) })
        }

        #[inline(always)]
        pub fn store(self, to: &mut [f32; 4]) {
            // SAFETY: the reference is to 16 writable bytes; a v128 store has no alignment to keep.
            unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
        }

        #[inline(always)]
        pub fn add(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub fn sub(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_sub(self.0, other.0))
        }

        #[inline(always)]
        pub fn mul(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_mul(self.0, other.0))
        }

        #[inline(always)]
        pub fn div(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_div(self.0, other.0))
        }

        /// `self + a * b`.
        #[inline(always)]
        pub fn mul_add(self, a: F32x4, b: F32x4) -> F32x4 {
            #[cfg(target_feature = "relaxed-simd")]
            return F32x4(f32x4_relaxed_madd(a.0, b.0, self.0));
            #[cfg(not(target_feature = "relaxed-simd"))]
            self.add(a.mul(b))
        }

        /// The lower of each pair; the second if one is no number.
        #[inline(always)]
        pub fn min(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_pmin(other.0, self.0))
        }

        /// The higher of each pair; the second if one is no number.
        #[inline(always)]
        pub fn max(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_pmax(other.0, self.0))
        }

        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            let mut array = [0.0; 4];
            self.store(&mut array);
            array
        }

        /// Adds an integer to the bits and shifts them to the left by 23: `2^n` of an `n` in the low bits.
        #[inline(always)]
        pub fn exponent_from_low_bits(self, bias: i32) -> F32x4 {
            F32x4(i32x4_shl(i32x4_add(self.0, i32x4_splat(bias)), 23))
        }

        /// The whole numbers in it.
        #[inline(always)]
        pub fn to_i32(self) -> I32x4 {
            I32x4(i32x4_trunc_sat_f32x4(self.0))
        }
    }

    impl I32x4 {
        #[inline(always)]
        pub fn zero() -> I32x4 {
            I32x4(i32x4_splat(0))
        }

        #[inline(always)]
        pub fn add(self, other: I32x4) -> I32x4 {
            I32x4(i32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub fn to_f32(self) -> F32x4 {
            F32x4(f32x4_convert_i32x4(self.0))
        }

        #[inline(always)]
        pub fn to_array(self) -> [i32; 4] {
            [
                i32x4_extract_lane::<0>(self.0),
                i32x4_extract_lane::<1>(self.0),
                i32x4_extract_lane::<2>(self.0),
                i32x4_extract_lane::<3>(self.0),
            ]
        }
    }

    impl I16x8 {
        /// The same pair four times.
        #[inline(always)]
        pub fn splat_pair(pair: &[i16; 2]) -> I16x8 {
            // SAFETY: the reference is to 4 readable bytes; the load has no alignment to keep.
            I16x8(unsafe { v128_load32_splat(pair.as_ptr().cast()) })
        }

        /// Eight bytes, widened.
        #[inline(always)]
        pub fn load_i8(from: &[i8; 8]) -> I16x8 {
            // SAFETY: the reference is to 8 readable bytes; the load has no alignment to keep.
            I16x8(unsafe { i16x8_load_extend_i8x8(from.as_ptr()) })
        }

        /// Products, each pair of neighbours added.
        #[inline(always)]
        pub fn dot(self, other: I16x8) -> I32x4 {
            I32x4(i32x4_dot_i16x8(self.0, other.0))
        }
    }
}

/// Arrays, for every other target.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable {
    use std::array::from_fn;

    /// Four floats.
    #[derive(Clone, Copy)]
    pub struct F32x4([f32; 4]);

    /// Four integers.
    #[derive(Clone, Copy)]
    pub struct I32x4([i32; 4]);

    /// Eight short integers.
    #[derive(Clone, Copy)]
    pub struct I16x8([i16; 8]);

    impl F32x4 {
        #[inline(always)]
        pub fn splat(x: f32) -> F32x4 {
            F32x4([x; 4])
        }

        #[inline(always)]
        pub fn load(from: &[f32; 4]) -> F32x4 {
            F32x4(*from)
        }

        #[inline(always)]
        pub fn store(self, to: &mut [f32; 4]) {
            *to = self.0;
        }

        #[inline(always)]
        pub fn add(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| self.0[i] + other.0[i]))
        }

        #[inline(always)]
        pub fn sub(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| self.0[i] - other.0[i]))
        }

        #[inline(always)]
        pub fn mul(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| self.0[i] * other.0[i]))
        }

        #[inline(always)]
        pub fn div(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| self.0[i] / other.0[i]))
        }

        /// `self + a * b`.
        #[inline(always)]
        pub fn mul_add(self, a: F32x4, b: F32x4) -> F32x4 {
            self.add(a.mul(b))
        }

        /// The lower of each pair; the second if one is no number.
        #[inline(always)]
        pub fn min(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| {
                if self.0[i] < other.0[i] {
                    self.0[i]
                } else {
                    other.0[i]
                }
            }))
        }

        /// The higher of each pair; the second if one is no number.
        #[inline(always)]
        pub fn max(self, other: F32x4) -> F32x4 {
            F32x4(from_fn(|i| {
                if self.0[i] > other.0[i] {
                    self.0[i]
                } else {
                    other.0[i]
                }
            }))
        }

        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            self.0
        }

        /// Adds an integer to the bits and shifts them to the left by 23: `2^n` of an `n` in the low bits.
        #[inline(always)]
        pub fn exponent_from_low_bits(self, bias: i32) -> F32x4 {
            let bits = |x: f32| x.to_bits().wrapping_add_signed(bias) << 23;
            F32x4(self.0.map(|x| f32::from_bits(bits(x))))
        }

        /// The whole numbers in it.
        #[inline(always)]
        pub fn to_i32(self) -> I32x4 {
            I32x4(self.0.map(|x| x as i32))
        }
    }

    impl I32x4 {
        #[inline(always)]
        pub fn zero() -> I32x4 {
            I32x4([0; 4])
        }

        #[inline(always)]
        pub fn add(self, other: I32x4) -> I32x4 {
            I32x4(from_fn(|i| self.0[i].wrapping_add(other.0[i])))
        }

        #[inline(always)]
        pub fn to_f32(self) -> F32x4 {
            F32x4(self.0.map(|x| x as f32))
        }

        #[inline(always)]
        pub fn to_array(self) -> [i32; 4] {
            self.0
        }
    }

    impl I16x8 {
        /// The same pair four times.
        #[inline(always)]
        pub fn splat_pair(pair: &[i16; 2]) -> I16x8 {
            I16x8(from_fn(|i| pair[i % 2]))
        }

        /// Eight bytes, widened.
        #[inline(always)]
        pub fn load_i8(from: &[i8; 8]) -> I16x8 {
            I16x8(from.map(i16::from))
        }

        /// Products, each pair of neighbours added.
        #[inline(always)]
        pub fn dot(self, other: I16x8) -> I32x4 {
            let product = |i: usize| i32::from(self.0[i]) * i32::from(other.0[i]);
            I32x4(from_fn(|i| product(2 * i) + product(2 * i + 1)))
        }
    }
}

impl F32x4 {
    /// The sum of the four.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }
}
