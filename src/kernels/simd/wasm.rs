//! `simd128` of WebAssembly.

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

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct I8x16(v128);

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

    /// The sum of each of four vectors.
    #[inline(always)]
    pub fn sums([a, b, c, d]: [F32x4; 4]) -> F32x4 {
        let (a, b, c, d) = (a.0, b.0, c.0, d.0);
        let ab = f32x4_add(
            i32x4_shuffle::<0, 4, 1, 5>(a, b),
            i32x4_shuffle::<2, 6, 3, 7>(a, b),
        );
        let cd = f32x4_add(
            i32x4_shuffle::<0, 4, 1, 5>(c, d),
            i32x4_shuffle::<2, 6, 3, 7>(c, d),
        );
        F32x4(f32x4_add(
            i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
            i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
        ))
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        let mut array = [0.0; 4];
        self.store(&mut array);
        array
    }

    /// The bits as integers.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0)
    }
}

impl I32x4 {
    #[inline(always)]
    pub fn splat(x: i32) -> I32x4 {
        I32x4(i32x4_splat(x))
    }

    #[inline(always)]
    pub fn load(from: &[i32; 4]) -> I32x4 {
        // SAFETY: the reference is to 16 readable bytes; a v128 load has no alignment to keep.
        I32x4(unsafe { v128_load(from.as_ptr().cast()) })
    }

    #[inline(always)]
    pub fn add(self, other: I32x4) -> I32x4 {
        I32x4(i32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub fn sub(self, other: I32x4) -> I32x4 {
        I32x4(i32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    pub fn mul(self, other: I32x4) -> I32x4 {
        I32x4(i32x4_mul(self.0, other.0))
    }

    /// The bits as floats, shifted to the left by 23 first: into the exponent.
    #[inline(always)]
    pub fn to_exponent(self) -> F32x4 {
        F32x4(i32x4_shl(self.0, 23))
    }

    #[inline(always)]
    pub fn to_f32(self) -> F32x4 {
        F32x4(f32x4_convert_i32x4(self.0))
    }

    /// Both in eight short integers; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I32x4) -> I16x8 {
        I16x8(i16x8_narrow_i32x4(self.0, other.0))
    }

    #[inline(always)]
    pub fn to_array(self) -> [i32; 4] {
        let mut array = [0; 4];
        self.store(&mut array);
        array
    }

    #[inline(always)]
    pub fn store(self, to: &mut [i32; 4]) {
        // SAFETY: the reference is to 16 writable bytes; a v128 store has no alignment to keep.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [I32x4; 4]) -> [I32x4; 4] {
        let ab = (
            i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0),
            i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0),
        );
        let cd = (
            i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0),
            i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0),
        );
        [
            I32x4(i64x2_shuffle::<0, 2>(ab.0, cd.0)),
            I32x4(i64x2_shuffle::<1, 3>(ab.0, cd.0)),
            I32x4(i64x2_shuffle::<0, 2>(ab.1, cd.1)),
            I32x4(i64x2_shuffle::<1, 3>(ab.1, cd.1)),
        ]
    }
}

impl I16x8 {
    #[inline(always)]
    pub fn splat(x: i16) -> I16x8 {
        I16x8(i16x8_splat(x))
    }

    /// The same pair four times.
    #[inline(always)]
    pub fn splat_pair(pair: &i32) -> I16x8 {
        // SAFETY: the reference is to 4 readable bytes; the load has no alignment to keep.
        I16x8(unsafe { v128_load32_splat(core::ptr::from_ref(pair).cast()) })
    }

    /// Eight bytes, widened.
    #[inline(always)]
    pub fn load_i8(from: &[i8; 8]) -> I16x8 {
        // SAFETY: the reference is to 8 readable bytes; the load has no alignment to keep.
        I16x8(unsafe { i16x8_load_extend_i8x8(from.as_ptr()) })
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i16; 8]) {
        // SAFETY: the reference is to 16 writable bytes; a v128 store has no alignment to keep.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    pub fn add(self, other: I16x8) -> I16x8 {
        I16x8(i16x8_add(self.0, other.0))
    }

    #[inline(always)]
    pub fn min(self, other: I16x8) -> I16x8 {
        I16x8(i16x8_min(self.0, other.0))
    }

    #[inline(always)]
    pub fn max(self, other: I16x8) -> I16x8 {
        I16x8(i16x8_max(self.0, other.0))
    }

    /// Products, each pair of neighbours added.
    #[inline(always)]
    pub fn dot(self, other: I16x8) -> I32x4 {
        I32x4(i32x4_dot_i16x8(self.0, other.0))
    }

    /// Both in sixteen bytes; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I16x8) -> I8x16 {
        I8x16(i8x16_narrow_i16x8(self.0, other.0))
    }

    /// The sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I32x4 {
        I32x4(i32x4_extadd_pairwise_i16x8(self.0))
    }

    /// The bits as integers, the first of a pair in the lower ones.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0)
    }

    #[cfg(test)]
    pub fn to_array(self) -> [i16; 8] {
        let mut array = [0; 8];
        self.store(&mut array);
        array
    }
}

impl I8x16 {
    /// The same four bytes four times.
    #[inline(always)]
    pub fn splat_quad(quad: &i32) -> I8x16 {
        // SAFETY: the reference is to 4 readable bytes; the load has no alignment to keep.
        I8x16(unsafe { v128_load32_splat(core::ptr::from_ref(quad).cast()) })
    }

    #[inline(always)]
    pub fn load(from: &[i8; 16]) -> I8x16 {
        // SAFETY: the reference is to 16 readable bytes; a v128 load has no alignment to keep.
        I8x16(unsafe { v128_load(from.as_ptr().cast()) })
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i8; 16]) {
        // SAFETY: the reference is to 16 writable bytes; a v128 store has no alignment to keep.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
    }

    /// The bits as integers, the first of four in the lowest ones.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0)
    }

    /// Products with weights of 0 to 127, each pair of neighbours added.
    ///
    /// The relaxed instruction leaves two things open: whether its second operand is signed, which is the same for 0 to
    /// 127, and whether the sum of two products wraps or saturates at 16 bits, which it never reaches: at most 2 * 128 *
    /// 127 = 32,512. So every engine gives the same.
    #[inline(always)]
    pub fn dot(self, weights: I8x16) -> I16x8 {
        #[cfg(target_feature = "relaxed-simd")]
        return I16x8(i16x8_relaxed_dot_i8x16_i7x16(self.0, weights.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        {
            let (low, high) = (i16x8_extend_low_i8x16, i16x8_extend_high_i8x16);
            I16x8(i16x8_narrow_i32x4(
                i32x4_dot_i16x8(low(self.0), low(weights.0)),
                i32x4_dot_i16x8(high(self.0), high(weights.0)),
            ))
        }
    }
}
