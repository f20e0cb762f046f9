//! Arrays, for targets without vectors of their own here.

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

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct I8x16([i8; 16]);

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
        let lower = |a: f32, b: f32| if a < b { a } else { b };
        F32x4(from_fn(|i| lower(self.0[i], other.0[i])))
    }

    /// The higher of each pair; the second if one is no number.
    #[inline(always)]
    pub fn max(self, other: F32x4) -> F32x4 {
        let higher = |a: f32, b: f32| if a > b { a } else { b };
        F32x4(from_fn(|i| higher(self.0[i], other.0[i])))
    }

    /// The sum of each of four vectors.
    #[inline(always)]
    pub fn sums(all: [F32x4; 4]) -> F32x4 {
        F32x4(all.map(|F32x4([a, b, c, d])| (a + c) + (b + d)))
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        self.0
    }

    /// The bits as integers.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0.map(|x| x.to_bits() as i32))
    }
}

impl I32x4 {
    #[inline(always)]
    pub fn splat(x: i32) -> I32x4 {
        I32x4([x; 4])
    }

    #[inline(always)]
    pub fn load(from: &[i32; 4]) -> I32x4 {
        I32x4(*from)
    }

    #[inline(always)]
    pub fn add(self, other: I32x4) -> I32x4 {
        I32x4(from_fn(|i| self.0[i].wrapping_add(other.0[i])))
    }

    #[inline(always)]
    pub fn sub(self, other: I32x4) -> I32x4 {
        I32x4(from_fn(|i| self.0[i].wrapping_sub(other.0[i])))
    }

    #[inline(always)]
    pub fn mul(self, other: I32x4) -> I32x4 {
        I32x4(from_fn(|i| self.0[i].wrapping_mul(other.0[i])))
    }

    /// The bits as floats, shifted to the left by 23 first: into the exponent.
    #[inline(always)]
    pub fn to_exponent(self) -> F32x4 {
        F32x4(self.0.map(|x| f32::from_bits((x as u32) << 23)))
    }

    #[inline(always)]
    pub fn to_f32(self) -> F32x4 {
        F32x4(self.0.map(|x| x as f32))
    }

    /// Both in eight short integers; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I32x4) -> I16x8 {
        let all: [i32; 8] = from_fn(|i| if i < 4 { self.0[i] } else { other.0[i - 4] });
        I16x8(all.map(|x| x.clamp(i16::MIN.into(), i16::MAX.into()) as i16))
    }

    #[inline(always)]
    pub fn to_array(self) -> [i32; 4] {
        self.0
    }

    #[inline(always)]
    pub fn store(self, to: &mut [i32; 4]) {
        *to = self.0;
    }

    /// Rows to columns.
    #[inline(always)]
    pub fn transpose(rows: [I32x4; 4]) -> [I32x4; 4] {
        from_fn(|c| I32x4(from_fn(|r| rows[r].0[c])))
    }
}

impl I16x8 {
    #[inline(always)]
    pub fn splat(x: i16) -> I16x8 {
        I16x8([x; 8])
    }

    /// The same pair four times.
    #[inline(always)]
    pub fn splat_pair(pair: &i32) -> I16x8 {
        I16x8(from_fn(|i| (pair >> (16 * (i % 2))) as i16))
    }

    /// Eight bytes, widened.
    #[inline(always)]
    pub fn load_i8(from: &[i8; 8]) -> I16x8 {
        I16x8(from.map(i16::from))
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i16; 8]) {
        *to = self.0;
    }

    #[inline(always)]
    pub fn add(self, other: I16x8) -> I16x8 {
        I16x8(from_fn(|i| self.0[i].wrapping_add(other.0[i])))
    }

    #[inline(always)]
    pub fn min(self, other: I16x8) -> I16x8 {
        I16x8(from_fn(|i| self.0[i].min(other.0[i])))
    }

    #[inline(always)]
    pub fn max(self, other: I16x8) -> I16x8 {
        I16x8(from_fn(|i| self.0[i].max(other.0[i])))
    }

    /// Products, each pair of neighbours added.
    #[inline(always)]
    pub fn dot(self, other: I16x8) -> I32x4 {
        let product = |i: usize| i32::from(self.0[i]) * i32::from(other.0[i]);
        I32x4(from_fn(|i| product(2 * i) + product(2 * i + 1)))
    }

    /// Both in sixteen bytes; what does not fit becomes the nearest that does.
    #[inline(always)]
    pub fn narrow(self, other: I16x8) -> I8x16 {
        let all: [i16; 16] = from_fn(|i| if i < 8 { self.0[i] } else { other.0[i - 8] });
        I8x16(all.map(|x| x.clamp(i8::MIN.into(), i8::MAX.into()) as i8))
    }

    /// The sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I32x4 {
        self.dot(I16x8::splat(1))
    }

    /// The bits as integers, the first of a pair in the lower ones.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        let part = |i: usize| i32::from(self.0[i] as u16);
        I32x4(from_fn(|i| part(2 * i) | part(2 * i + 1) << 16))
    }

    #[cfg(test)]
    pub fn to_array(self) -> [i16; 8] {
        self.0
    }
}

impl I8x16 {
    /// The same four bytes four times.
    #[inline(always)]
    pub fn splat_quad(quad: &i32) -> I8x16 {
        I8x16(from_fn(|i| (quad >> (8 * (i % 4))) as i8))
    }

    #[inline(always)]
    pub fn load(from: &[i8; 16]) -> I8x16 {
        I8x16(*from)
    }

    #[cfg(test)]
    pub fn store(self, to: &mut [i8; 16]) {
        *to = self.0;
    }

    /// The bits as integers, the first of four in the lowest ones.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        let part = |i: usize| i32::from(self.0[i] as u8);
        I32x4(from_fn(|i| {
            (0..4).fold(0, |all, k| all | part(4 * i + k) << (8 * k))
        }))
    }

    /// Products with weights of 0 to 127, each pair of neighbours added.
    #[inline(always)]
    pub fn dot(self, weights: I8x16) -> I16x8 {
        let product = |i: usize| i16::from(self.0[i]) * i16::from(weights.0[i]);
        I16x8(from_fn(|i| product(2 * i) + product(2 * i + 1)))
    }
}
