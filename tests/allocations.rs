//! Once warm, a step of the decoder and of the search allocates nothing unless the number of hypotheses changes: counted
//! by the allocator of the program, and so a program of its own with one test.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::PathBuf;

use lite_transformer::bundle::{DECODER, ENCODER};
use lite_transformer::graph::fast::Fast;
use lite_transformer::graph::onnx::OnnxGraph;
use lite_transformer::search::{Kind, Prefix, Rules, Step, WordRules, search};
use lite_transformer::seq2seq::Seq2Seq;
use lite_transformer::{Bundle, Error};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator, whose promises these are.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises that the system's allocator asks for.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises that the system's allocator asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn count() {
    // A thread that ends has no counter any more.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

fn allocations() -> usize {
    ALLOCATIONS.with(Cell::get)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A decoder that notes how many allocations there had been when each step began and ended.
struct Noted<'a> {
    decoder: &'a mut dyn Step<Error = Error>,
    notes: &'a mut Vec<[usize; 2]>,
}

impl Step for Noted<'_> {
    type Error = Error;

    fn step(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
        position: usize,
    ) -> Result<&[f32], Error> {
        let before = allocations();
        let logits = self.decoder.step(parents, tokens, position)?;
        self.notes.push([before, allocations()]);
        Ok(logits)
    }
}

#[test]
fn a_step_allocates_nothing() {
    for name in ["de-en", "de-en-transformer"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("models")
            .join(name);
        let bundle = Bundle::from_dir(folder).expect("the shipped bundle");
        let encoder = OnnxGraph::read(&bundle, ENCODER).expect("the shipped encoder");
        let decoder = OnnxGraph::read(&bundle, DECODER).expect("the shipped decoder");
        let model = Fast::new(bundle.manifest(), &encoder, &decoder).expect("the shipped graphs");
        let special = bundle.manifest().special_ids;
        let source: Vec<u32> = (300..320).chain([special.eos]).collect();
        let memory = model.encode(&source).expect("an encoding");
        for beam_size in [1, 4] {
            // No token ends a hypothesis: what is found would have to be kept somewhere.
            let rules = Rules {
                beam_size,
                length_penalty: 1.0,
                limit: 40,
                bos: special.bos,
                eos: special.eos,
                forbidden: vec![special.pad, special.unk, special.bos, special.eos],
                prefix: Prefix::of(&[300, 301]),
                required: vec![400, 401],
                words: Some(WordRules {
                    kinds: vec![Kind::Word; 3500].into(),
                    most: 30,
                    in_a_row: 1,
                    characters_in_a_row: 1,
                    in_all: 1,
                    doubled: Vec::new(),
                }),
            };
            let mut notes = Vec::with_capacity(rules.limit);
            for _ in 0..2 {
                notes.clear();
                let mut decoder = model.decode(&memory, beam_size).expect("a decoder");
                let mut noted = Noted {
                    decoder: &mut *decoder,
                    notes: &mut notes,
                };
                search(&mut noted, &rules).expect("a search");
            }
            // The first sentence was the warm-up.
            let case = format!("{name}, beam of {beam_size}");
            assert_eq!(notes.len(), rules.limit, "{case}");
            // A step of another number of rows than the one before makes room for their tokens, and tract notes their
            // number.
            let mut expected = vec![0; rules.limit];
            expected[0] = 3;
            expected[rules.prefix.0.len() + 1] = if beam_size > 1 { 3 } else { 0 };
            let in_steps = notes.iter().map(|[before, after]| after - before);
            assert_eq!(
                in_steps.collect::<Vec<_>>(),
                expected,
                "{case}: in the decoder"
            );
            let between = notes.windows(2).map(|pair| pair[1][0] - pair[0][1]);
            assert_eq!(
                between.collect::<Vec<_>>(),
                vec![0; rules.limit - 1],
                "{case}: in the search"
            );
        }
    }
}
