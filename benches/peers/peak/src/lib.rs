//! Small register-tiled products over operands that stay in the first-level cache, loads included: what a kernel of
//! this machine's WebAssembly could reach at most. Each function runs a tile of 4 rows by 8 columns `repeats` times over
//! an inner dimension of `DEPTH` and returns something that depends on all of it.

use core::arch::wasm32::*;
use core::hint::black_box;

/// Length of the inner dimension: 4 + 8 operands of it stay within 12 KB.
const DEPTH: usize = 256;
const ROWS: usize = 4;
/// Vectors of four columns each.
const VECTORS: usize = 2;

#[repr(align(16))]
struct Operands([u8; 32 * 1024]);

static ZEROS: Operands = Operands([0; 32 * 1024]);

/// Mult-adds of one repetition.
#[unsafe(no_mangle)]
pub extern "C" fn mult_adds() -> f64 {
    (ROWS * VECTORS * 4 * DEPTH) as f64
}

/// f32: a multiply and an add for each four mult-adds.
#[unsafe(no_mangle)]
pub extern "C" fn f32_multiply_add(repeats: u32) -> f32 {
    let mut sum = 0.0;
    for _ in 0..repeats {
        let tile = tile::<1>(f32x4_splat(0.0), |acc, a, b| {
            f32x4_add(acc, f32x4_mul(a, b))
        });
        sum += f32x4_extract_lane::<0>(tile);
    }
    sum
}

/// i16: `i32x4.dot_i16x8` and an add for each eight mult-adds.
#[unsafe(no_mangle)]
pub extern "C" fn i16_dot(repeats: u32) -> i32 {
    let mut sum = 0;
    for _ in 0..repeats {
        let tile = tile::<2>(i32x4_splat(0), |acc, a, b| {
            i32x4_add(acc, i32x4_dot_i16x8(a, b))
        });
        sum += i32x4_extract_lane::<0>(tile);
    }
    sum
}

/// f32 with the fused operation of relaxed SIMD.
#[cfg(target_feature = "relaxed-simd")]
#[unsafe(no_mangle)]
pub extern "C" fn f32_relaxed_madd(repeats: u32) -> f32 {
    let mut sum = 0.0;
    for _ in 0..repeats {
        let tile = tile::<1>(f32x4_splat(0.0), |acc, a, b| f32x4_relaxed_madd(a, b, acc));
        sum += f32x4_extract_lane::<0>(tile);
    }
    sum
}

/// i8 by i7 with the dot product of relaxed SIMD: one operation for each sixteen mult-adds.
#[cfg(target_feature = "relaxed-simd")]
#[unsafe(no_mangle)]
pub extern "C" fn i8_relaxed_dot(repeats: u32) -> i32 {
    let mut sum = 0;
    for _ in 0..repeats {
        let tile = tile::<4>(i32x4_splat(0), |acc, a, b| {
            i32x4_relaxed_dot_i8x16_i7x16_add(a, b, acc)
        });
        sum += i32x4_extract_lane::<0>(tile);
    }
    sum
}

/// One tile; an operation takes `PER_LANE` positions of the inner dimension at once.
#[inline(always)]
fn tile<const PER_LANE: usize>(zero: v128, op: impl Fn(v128, v128, v128) -> v128) -> v128 {
    let steps = DEPTH / PER_LANE;
    // The lower half has 32 bits of each row for every step, the upper half the vectors of the columns. The compiler
    // must not see that they are zeros.
    let operands = &black_box(&ZEROS).0;
    let a = operands.as_ptr();
    let b = operands[16 * 1024..].as_ptr();
    let mut acc = [[zero; VECTORS]; ROWS];
    for step in 0..steps {
        let mut columns = [zero; VECTORS];
        for (vector, column) in columns.iter_mut().enumerate() {
            // SAFETY: `step * VECTORS + vector` is below 512, so the 16 bytes end within the upper 16 KB of ZEROS.
            *column = unsafe { v128_load(b.add(16 * (step * VECTORS + vector)).cast()) };
        }
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: `step * ROWS + row` is below 1024, so the 4 bytes lie within the lower 16 KB of ZEROS.
            let value = unsafe { v128_load32_splat(a.add(4 * (step * ROWS + row)).cast()) };
            for (acc, column) in acc.iter_mut().zip(columns) {
                *acc = op(*acc, value, column);
            }
        }
    }
    acc.into_iter()
        .flatten()
        .fold(zero, |all, one| v128_xor(all, one))
}
