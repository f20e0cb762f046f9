//! What the tests of several kernels need.

/// Numbers without a pattern, the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// A whole number in a range, both ends included.
    pub fn between(&mut self, lowest: i32, highest: i32) -> i32 {
        lowest + (self.next() % (highest - lowest + 1) as u64) as i32
    }

    /// A number between -1 and 1.
    pub fn float(&mut self) -> f32 {
        self.next() as f32 / (1u64 << 30) as f32 - 1.0
    }

    pub fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}
