//! SSE2, which every x86-64 processor has.

use core::arch::x86_64::*;

/// An instruction on registers.
macro_rules! sse2 {
    ($instruction:expr) => {
        // SAFETY: every x86-64 processor has SSE2, and no memory is touched.
        unsafe { $instruction }
    };
}

/// Four floats.
#[derive(Clone, Copy)]
pub struct F32x4(__m128);

/// Four integers.
#[derive(Clone, Copy)]
pub struct I32x4(__m128i);

/// Eight short integers.
#[derive(Clone, Copy)]
pub struct I16x8(__m128i);

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct I8x16(__m128i);

impl F32x4 {
    #[inline(always)]
    pub fn splat(x: f32) -> F32x4 {
        F32x4(sse2!(_mm_set1_ps(x)))
    }

    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> F32x4 {
        // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
        F32x4(unsafe { _mm_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    pub fn store(self, to: &mut [f32; 4]) {
        // SAFETY: the reference is to 16 writable bytes; the store has no alignment to keep.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    pub fn add(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_add_ps(self.0, other.0)))
    }

    #[inline(always)]
    pub fn sub(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_sub_ps(self.0, other.0)))
    }

    #[inline(always)]
    pub fn mul(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_mul_ps(self.0, other.0)))
    }

    #[inline(always)]
    pub fn div(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_div_ps(self.0, other.0)))
    }

    /// `self + a * b`.
    #[inline(always)]
    pub fn mul_add(self, a: F32x4, b: F32x4) -> F32x4 {
        self.add(a.mul(b))
    }

    /// The lower of each pair; the second if one is no number.
    #[inline(always)]
    pub fn min(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_min_ps(self.0, other.0)))
    }

    /// The higher of each pair; the second if one is no number.
    #[inline(always)]
    pub fn max(self, other: F32x4) -> F32x4 {
        F32x4(sse2!(_mm_max_ps(self.0, other.0)))
    }

    /// The sum of each of four vectors.
    #[inline(always)]
    pub fn sums([a, b, c, d]: [F32x4; 4]) -> F32x4 {
        let pair = |a: F32x4, b: F32x4| {
            sse2!(_mm_add_ps(
                _mm_unpacklo_ps(a.0, b.0),
                _mm_unpackhi_ps(a.0, b.0)
            ))
        };
        let (ab, cd) = (pair(a, b), pair(c, d));
        F32x4(sse2!(_mm_add_ps(
            _mm_movelh_ps(ab, cd),
            _mm_movehl_ps(cd, ab)
        )))
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
        I32x4(sse2!(_mm_castps_si128(self.0)))
    }
}

impl I32x4 {
    #[inline(always)]
    pub fn splat(x: i32) -> I32x4 {
        I32x4(sse2!(_mm_set1_epi32(x)))
    }

    #[inline(always)]
    pub fn load(from: &[i32; 4]) -> I32x4 {
        // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
        I32x4(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
    }

    #[inline(always)]
    pub fn add(self, other: I32x4) -> I32x4 {
        I32x4(sse2!(_mm_add_epi32(self.0, other.0)))
    }

    #[inline(always)]
    pub fn sub(self, other: I32x4) -> I32x4 {
        I32x4(sse2!(_mm_sub_epi32(self.0, other.0)))
    }

    #[inline(always)]
    pub fn mul(self, other: I32x4) -> I32x4 {
        let (a, b) = (self.to_array(), other.to_array());
        I32x4::load(&std::array::from_fn(|i| a[i].wrapping_mul(b[i])))
    }

    /// The bits as floats, shifted to the left by 23 first: into the exponent.
    #[inline(always)]
    pub fn to_exponent(self) -> F32x4 {
        F32x4(sse2!(_mm_castsi128_ps(_mm_slli_epi32::<23>(self.0))))
    }

    #[inline(always)]
    pub fn to_f32(self) -> F32x4 {
        F32x4(sse2!(_mm_cvtepi32_ps(self.0)))
    }

    /// Both in eight short integers; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I32x4) -> I16x8 {
        I16x8(sse2!(_mm_packs_epi32(self.0, other.0)))
    }

    #[inline(always)]
    pub fn to_array(self) -> [i32; 4] {
        let mut array = [0; 4];
        self.store(&mut array);
        array
    }

    #[inline(always)]
    pub fn store(self, to: &mut [i32; 4]) {
        // SAFETY: the reference is to 16 writable bytes; the store has no alignment to keep.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), self.0) };
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [I32x4; 4]) -> [I32x4; 4] {
        let ab = sse2!((_mm_unpacklo_epi32(a.0, b.0), _mm_unpackhi_epi32(a.0, b.0)));
        let cd = sse2!((_mm_unpacklo_epi32(c.0, d.0), _mm_unpackhi_epi32(c.0, d.0)));
        [
            I32x4(sse2!(_mm_unpacklo_epi64(ab.0, cd.0))),
            I32x4(sse2!(_mm_unpackhi_epi64(ab.0, cd.0))),
            I32x4(sse2!(_mm_unpacklo_epi64(ab.1, cd.1))),
            I32x4(sse2!(_mm_unpackhi_epi64(ab.1, cd.1))),
        ]
    }
}

impl I16x8 {
    #[inline(always)]
    pub fn splat(x: i16) -> I16x8 {
        I16x8(sse2!(_mm_set1_epi16(x)))
    }

    /// The same pair four times.
    #[inline(always)]
    pub fn splat_pair(&pair: &i32) -> I16x8 {
        I16x8(sse2!(_mm_set1_epi32(pair)))
    }

    /// Eight bytes, widened.
    #[inline(always)]
    pub fn load_i8(from: &[i8; 8]) -> I16x8 {
        // SAFETY: the reference is to 8 readable bytes; the load has no alignment to keep.
        let bytes = unsafe { _mm_loadl_epi64(from.as_ptr().cast()) };
        I16x8(sse2!(_mm_srai_epi16::<8>(_mm_unpacklo_epi8(bytes, bytes))))
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i16; 8]) {
        // SAFETY: the reference is to 16 writable bytes; the store has no alignment to keep.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    pub fn add(self, other: I16x8) -> I16x8 {
        I16x8(sse2!(_mm_add_epi16(self.0, other.0)))
    }

    #[inline(always)]
    pub fn min(self, other: I16x8) -> I16x8 {
        I16x8(sse2!(_mm_min_epi16(self.0, other.0)))
    }

    #[inline(always)]
    pub fn max(self, other: I16x8) -> I16x8 {
        I16x8(sse2!(_mm_max_epi16(self.0, other.0)))
    }

    /// Products, each pair of neighbours added.
    #[inline(always)]
    pub fn dot(self, other: I16x8) -> I32x4 {
        I32x4(sse2!(_mm_madd_epi16(self.0, other.0)))
    }

    /// Both in sixteen bytes; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I16x8) -> I8x16 {
        I8x16(sse2!(_mm_packs_epi16(self.0, other.0)))
    }

    /// The sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I32x4 {
        self.dot(I16x8::splat(1))
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
    pub fn splat_quad(&quad: &i32) -> I8x16 {
        I8x16(sse2!(_mm_set1_epi32(quad)))
    }

    #[inline(always)]
    pub fn load(from: &[i8; 16]) -> I8x16 {
        // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
        I8x16(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i8; 16]) {
        // SAFETY: the reference is to 16 writable bytes; the store has no alignment to keep.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), self.0) }
    }

    /// The bits as integers, the first of four in the lowest ones.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0)
    }

    /// Products with weights of 0 to 127, each pair of neighbours added.
    ///
    /// For the tests of the layout that WebAssembly's relaxed instruction wants; here nothing is gained by it.
    #[inline(always)]
    pub fn dot(self, weights: I8x16) -> I16x8 {
        let bytes = |x: I8x16| x.bits().to_array().map(i32::to_le_bytes);
        let (a, b, mut sums) = (bytes(self), bytes(weights), [0; 8]);
        let (a, b) = (a.as_flattened(), b.as_flattened());
        for (i, sum) in sums.iter_mut().enumerate() {
            let product = |i: usize| i16::from(a[i] as i8) * i16::from(b[i] as i8);
            *sum = product(2 * i) + product(2 * i + 1);
        }
        // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
        I16x8(unsafe { _mm_loadu_si128(sums.as_ptr().cast()) })
    }
}
