//! Which hypothesis a row of the decoder continues.

/// The way of each live hypothesis through the caches.
///
/// Caches keep, for each position, one slot for each hypothesis that was live there, and never move: a reordering of
/// the beam only changes which slots a hypothesis' way leads through.
#[derive(Debug, Clone, Default)]
pub struct Beams {
    capacity: usize,
    live: usize,
    /// For each live hypothesis its slot at each position, the one being computed last; then room for others.
    ways: Vec<Vec<u16>>,
    /// The ways of the position before.
    old: Vec<Vec<u16>>,
}

impl Beams {
    /// Goes to before position 0, for up to `capacity` live hypotheses.
    pub fn restart(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.live = 1;
        for ways in [&mut self.ways, &mut self.old] {
            ways.resize(capacity.max(1), Vec::new());
            ways.iter_mut().for_each(Vec::clear);
        }
    }

    /// Goes on to the next position, where row `i` continues the hypothesis that was row `parents[i]`. False if that
    /// is not possible.
    pub fn advance(&mut self, parents: &[usize]) -> bool {
        if parents.len() > self.capacity || parents.iter().any(|&parent| parent >= self.live) {
            return false;
        }
        std::mem::swap(&mut self.ways, &mut self.old);
        self.live = parents.len();
        for (slot, (way, &parent)) in self.ways.iter_mut().zip(parents).enumerate() {
            way.clear();
            way.extend_from_slice(&self.old[parent]);
            way.push(slot as u16);
        }
        true
    }

    /// The position being computed.
    pub fn position(&self) -> usize {
        self.ways
            .first()
            .map_or(0, |way| way.len().saturating_sub(1))
    }

    /// The slots of a row at each position so far.
    pub fn way(&self, row: usize) -> &[u16] {
        &self.ways[row]
    }

    /// Slots at each position.
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

/// Rows kept for every position and slot.
#[derive(Debug, Clone, Default)]
pub struct Cache(Vec<f32>);

impl Cache {
    /// Keeps the row of a slot at the position being computed.
    pub fn put(&mut self, beams: &Beams, slot: usize, row: &[f32]) {
        let start = (beams.position() * beams.capacity() + slot) * row.len();
        let end = (beams.position() + 1) * beams.capacity() * row.len();
        if self.0.len() < end {
            self.0.resize(end, 0.0);
        }
        self.0[start..start + row.len()].copy_from_slice(row);
    }

    /// The row of a slot at a position.
    pub fn row(&self, beams: &Beams, position: usize, slot: u16, width: usize) -> &[f32] {
        let start = (position * beams.capacity() + usize::from(slot)) * width;
        &self.0[start..start + width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_follow_parents() {
        let mut beams = Beams::default();
        beams.restart(3);
        assert!(beams.advance(&[0]));
        assert!(beams.advance(&[0, 0, 0]));
        assert!(beams.advance(&[2, 0]));
        assert!(beams.advance(&[1, 1, 0]));
        assert_eq!(beams.position(), 3);
        assert_eq!(beams.way(0), [0, 0, 1, 0]);
        assert_eq!(beams.way(1), [0, 0, 1, 1]);
        assert_eq!(beams.way(2), [0, 2, 0, 2]);
        assert!(!beams.advance(&[3]), "there is no row 3");
        assert!(!beams.advance(&[0; 4]), "there are 3 slots");
        assert!(beams.advance(&[1]));
        assert!(!beams.advance(&[1]), "one row is left");
        beams.restart(1);
        assert!(!beams.advance(&[1]), "at first there is row 0");
        assert!(beams.advance(&[0]));
        assert_eq!(beams.way(0), [0]);
    }

    #[test]
    fn rows_stay_where_they_were_put() {
        let mut beams = Beams::default();
        beams.restart(2);
        let mut cache = Cache::default();
        for position in 0..5 {
            assert!(beams.advance(if position == 0 { &[0] } else { &[0, 0] }));
            for slot in 0..if position == 0 { 1 } else { 2 } {
                cache.put(&beams, slot, &[position as f32, slot as f32]);
            }
        }
        assert_eq!(cache.row(&beams, 0, 0, 2), [0.0, 0.0]);
        assert_eq!(cache.row(&beams, 3, 1, 2), [3.0, 1.0]);
    }
}
