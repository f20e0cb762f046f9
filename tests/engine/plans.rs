//! The fast plan against the same files on tract's own operators.

use lite_transformer::bundle::{DECODER, ENCODER};
use lite_transformer::cost::CostModel;
use lite_transformer::graph::fast::Fast;
use lite_transformer::graph::onnx::OnnxGraph;
use lite_transformer::graph::reference::Reference;
use lite_transformer::seq2seq::{Seq2Seq, Trace};
use lite_transformer::{Branch, Bundle, Part, Side};

use crate::{TRANSLATOR, bundle, path};

/// The shapes that are shipped: d = 160 and 4 heads, d = 320 and 8.
#[test]
fn fast_plan_gives_what_the_file_says() {
    for name in ["de-en", "de-en-large"] {
        fast_plan_gives_what_a_file_says(&shipped(name), name);
    }
}

fn shipped(name: &str) -> Bundle {
    Bundle::from_dir(path("models").join(name)).expect(name)
}

fn fast_plan_gives_what_a_file_says(bundle: &Bundle, name: &str) {
    let encoder = OnnxGraph::read(bundle, ENCODER).expect("the shipped encoder");
    let decoder = OnnxGraph::read(bundle, DECODER).expect("the shipped decoder");
    let fast = Fast::new(bundle.manifest(), &encoder, &decoder).expect("the shipped graphs");
    let architecture = &bundle.manifest().architecture;
    let reference = Reference::new(architecture, &encoder, &decoder).expect("the shipped graphs");
    let eos = bundle.manifest().special_ids.eos;

    for source in [
        vec![453, 2405, 300, 269, eos],
        vec![eos],
        (300..340).chain([eos]).collect(),
    ] {
        let (memory, trace) = fast.encode_traced(&source).expect("an encoding");
        let (other_memory, other_trace) = reference.encode_traced(&source).expect("an encoding");
        compare(&trace, &other_trace, 0.1, name);

        // Three hypotheses that go apart and change places: the caches must follow.
        let steps: [(&[usize], &[u32]); 5] = [
            (&[0], &[2]),
            (&[0, 0, 0], &[400, 500, 600]),
            (&[2, 0, 1], &[401, 501, 601]),
            (&[1, 1], &[402, 502]),
            (&[1, 0, 0], &[403, 503, 603]),
        ];
        let mut one = fast.decode(&memory, 3).expect("a decoder");
        let mut other = reference.decode(&other_memory, 3).expect("a decoder");
        for (position, (parents, tokens)) in steps.into_iter().enumerate() {
            let found = one
                .step(parents, tokens, position)
                .expect("a step")
                .to_vec();
            let expected = other.step(parents, tokens, position).expect("a step");
            assert_eq!(found.len(), expected.len());
            let pairs = found.iter().zip(expected);
            let difference = pairs.fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(
                difference < 1.0,
                "{name}: logits of step {position} differ by {difference}"
            );
        }

        let tokens = [2, 400, 268, 262];
        let found = fast.decode_traced(&memory, &tokens).expect("traces");
        let expected = reference
            .decode_traced(&other_memory, &tokens)
            .expect("traces");
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            compare(found, expected, 0.3, name);
        }
    }
}

/// The values of two traces; int8 activations on a rounding boundary may fall to either side. Of values beyond 1 the
/// tolerance is a share of the largest, since the steps of their int8 activations are larger.
fn compare(found: &Trace, expected: &Trace, tolerance: f32, case: &str) {
    let names = found.keys().filter(|name| !name.ends_with("_out"));
    for name in names {
        let (found, expected) = (&found[name], &expected[name]);
        assert_eq!(found.shape, expected.shape, "{case}: {name}");
        let largest = expected
            .data
            .iter()
            .fold(1.0f32, |most, value| most.max(value.abs()));
        let pairs = found.data.iter().zip(&expected.data);
        let difference = pairs.fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(
            difference < tolerance * largest,
            "{case}: {name} differs by {difference}, its largest value is {largest}"
        );
    }
}

/// What is left out, held against the graphs with a factor of 0 put in.
#[test]
fn parts_that_are_left_out_say_nothing() {
    let bundle = bundle();
    let architecture = &bundle.manifest().architecture;
    let encoder = OnnxGraph::read(&bundle, ENCODER).expect("the shipped encoder");
    let decoder = OnnxGraph::read(&bundle, DECODER).expect("the shipped decoder");
    let fast = Fast::new(bundle.manifest(), &encoder, &decoder).expect("the shipped graphs");
    let reference = Reference::new(architecture, &encoder, &decoder).expect("the shipped graphs");
    let source = [453, 2405, 300, 269, bundle.manifest().special_ids.eos];
    let part = |side, layer, branch, head| Part {
        side,
        layer,
        branch,
        head,
    };
    let parts = [
        part(Side::Encoder, 0, Branch::Global, Some(3)),
        part(Side::Encoder, 0, Branch::Global, Some(1)),
        part(Side::Encoder, 2, Branch::Local, None),
        part(Side::Decoder, 1, Branch::Global, None),
        part(Side::Decoder, 4, Branch::Cross, Some(0)),
        part(Side::Decoder, 5, Branch::Local, Some(2)),
    ];
    let case = "without parts";
    let one = fast.without(&parts).expect("parts that there are");
    let other = reference.without(&parts).expect("parts that there are");
    let (memory, trace) = one.encode_traced(&source).expect("an encoding");
    let (other_memory, other_trace) = other.encode_traced(&source).expect("an encoding");
    compare(&trace, &other_trace, 0.1, case);
    let tokens = [2, 400, 268, 262];
    let found = one.decode_traced(&memory, &tokens).expect("traces");
    let expected = other.decode_traced(&other_memory, &tokens).expect("traces");
    for (found, expected) in found.iter().zip(&expected) {
        compare(found, expected, 0.3, case);
    }
    for part in parts.iter().filter(|part| part.head.is_none()) {
        // The bias of the output projection is left, the same for all.
        let name = format!("{}.update", part.name());
        let updates: Vec<&[f32]> = match part.side {
            Side::Encoder => trace[&name].data.chunks(trace[&name].shape[2]).collect(),
            Side::Decoder => found
                .iter()
                .map(|step| step[&name].data.as_slice())
                .collect(),
        };
        assert!(
            updates.len() > 3 && updates.iter().all(|row| *row == updates[0]),
            "{name}"
        );
    }
}

#[test]
fn a_step_that_continues_nothing_is_an_error() {
    let bundle = bundle();
    let encoder = OnnxGraph::read(&bundle, ENCODER).expect("the shipped encoder");
    let decoder = OnnxGraph::read(&bundle, DECODER).expect("the shipped decoder");
    let fast = Fast::new(bundle.manifest(), &encoder, &decoder).expect("the shipped graphs");
    let memory = fast.encode(&[3]).expect("an encoding");
    let mut decoder = fast.decode(&memory, 2).expect("a decoder");
    assert!(decoder.step(&[1], &[2], 0).is_err());
    assert!(decoder.step(&[0], &[7_000_000], 0).is_err());
}

#[test]
fn cost_is_counted_from_the_graphs() {
    let cost = TRANSLATOR.cost(30, 30);
    assert_eq!(
        cost.parameters,
        cost.modules
            .iter()
            .map(|module| module.parameters)
            .sum::<u64>()
    );
    assert_eq!(
        cost.mult_adds,
        cost.modules
            .iter()
            .map(|module| module.mult_adds)
            .sum::<u64>()
    );
    let module = |name: &str| {
        cost.modules
            .iter()
            .find(|module| module.name == name)
            .expect(name)
    };
    let architecture = &TRANSLATOR.manifest().architecture;
    let (d, v) = (architecture.d_model as u64, architecture.vocab_size as u64);
    assert_eq!(module("embedding").parameters, d * v);
    assert_eq!(
        (module("output").parameters, module("output").mult_adds),
        (0, 30 * d * v)
    );
    let layer = &architecture.encoder[0];
    if let (Some(global), Some(local)) = (&layer.global, &layer.local) {
        let c = global.channels as u64;
        // Queries, keys, values, the output projection; scores and mixtures.
        assert_eq!(module("encoder.0.global").parameters, 4 * c * c + 4 * c);
        assert_eq!(
            module("encoder.0.global").mult_adds,
            30 * 4 * c * c + 2 * 30 * 30 * c
        );
        let (c, k) = (local.channels as u64, local.kernel_size as u64);
        assert_eq!(
            module("encoder.0.local").parameters,
            2 * c * c + 2 * c + local.groups as u64 * k
        );
        assert_eq!(
            module("encoder.0.local").mult_adds,
            30 * (2 * c * c + k * c)
        );
        assert_eq!(
            module("decoder.0.global").mult_adds,
            30 * 4 * c * c + 30 * 31 * c
        );
    }
}

/// The paper's two budgets: IWSLT's for the small models, the mobile limit for the large ones. Nano is small, coarser.
#[test]
fn shipped_models_keep_to_their_budgets() {
    for pair in ["de-en", "en-de"] {
        for (size, parameters, mult_adds) in [
            ("-nano", 3_000_000, 63_000_000),
            ("", 3_000_000, 63_000_000),
            ("-large", 10_000_000, 500_000_000),
        ] {
            let name = format!("{pair}{size}");
            let bundle = shipped(&name);
            let encoder = OnnxGraph::read(&bundle, ENCODER).expect(&name);
            let decoder = OnnxGraph::read(&bundle, DECODER).expect(&name);
            let cost =
                CostModel::new(&bundle.manifest().architecture, &encoder, &decoder).cost(30, 30);
            let work: u64 = cost
                .modules
                .iter()
                .filter(|module| module.name != "output")
                .map(|module| module.mult_adds)
                .sum();
            assert!(cost.parameters <= parameters, "{name}: {}", cost.parameters);
            assert!(work <= mult_adds, "{name}: {work}");
        }
    }
}
