//! One tiny bundle of each kind of model against what onnxruntime makes of it; `tests/data/variants/make.py` makes both.

use lite_transformer::bundle::{ConvolutionKind, DECODER, ENCODER};
use lite_transformer::graph::fast::Fast;
use lite_transformer::graph::onnx::OnnxGraph;
use lite_transformer::graph::reference::Reference;
use lite_transformer::maps::{Constants, Measure, decoder_maps, encoder_maps};
use lite_transformer::seq2seq::{Seq2Seq, Value};
use lite_transformer::{Bundle, Map2D};

use crate::{json, path};

const VARIANTS: [&str; 9] = [
    "lite",
    "lite-heads",
    "lite-float",
    "attention",
    "lightweight",
    "dynamic",
    "dynamic-float",
    "lite-dynamic",
    "lite-depthwise",
];

struct Variant {
    name: &'static str,
    bundle: Bundle,
    encoder: OnnxGraph,
    decoder: OnnxGraph,
    golden: serde_json::Value,
}

impl Variant {
    fn load(name: &'static str) -> Variant {
        let folder = format!("tests/data/variants/{name}");
        let bundle = Bundle::from_dir(path(&folder)).expect(name);
        Variant {
            name,
            encoder: OnnxGraph::read(&bundle, ENCODER).expect(name),
            decoder: OnnxGraph::read(&bundle, DECODER).expect(name),
            golden: json(&format!("{folder}/golden.json")),
            bundle,
        }
    }

    fn fast(&self) -> Fast {
        Fast::new(self.bundle.manifest(), &self.encoder, &self.decoder).expect(self.name)
    }

    fn source(&self) -> Vec<u32> {
        numbers(&self.golden["source"])
    }
}

fn numbers<T: serde::de::DeserializeOwned>(value: &serde_json::Value) -> Vec<T> {
    serde_json::from_value(value.clone()).expect("a list of numbers")
}

#[test]
fn every_kind_of_model_runs_as_in_onnxruntime() {
    for name in VARIANTS {
        let variant = Variant::load(name);
        let architecture = &variant.bundle.manifest().architecture;
        let reference = Reference::new(architecture, &variant.encoder, &variant.decoder);
        check(&variant, &variant.fast(), "our operators");
        check(&variant, &reference.expect(name), "tract's operators");
    }
}

/// An int8 activation on a rounding boundary may fall to either side, and stays in the caches.
fn check(variant: &Variant, model: &dyn Seq2Seq, how: &str) {
    let quantised = variant.bundle.manifest().quantisation.is_some();
    let tolerance = if quantised { 0.05 } else { 2e-4 };
    let case = format!("{}, {how}", variant.name);
    let source = variant.source();
    let (memory, trace) = model.encode_traced(&source).expect(&case);
    let kept = variant.golden["encoder"].as_object().expect("values");
    for (name, expected) in kept {
        close(
            &trace[name].data,
            &numbers(expected),
            tolerance,
            &format!("{case}: {name}"),
        );
    }
    let mut decoder = model.decode(&memory, 2).expect(&case);
    let steps = variant.golden["steps"].as_array().expect("steps");
    for (position, step) in steps.iter().enumerate() {
        let parents: Vec<usize> = numbers(&step["parents"]);
        let tokens: Vec<u32> = numbers(&step["tokens"]);
        let logits = decoder.step(&parents, &tokens, position).expect(&case);
        close(
            logits,
            &numbers(&step["logits"]),
            tolerance,
            &format!("{case}: step {position}"),
        );
    }
}

fn close(found: &[f32], expected: &[f32], tolerance: f32, case: &str) {
    assert_eq!(found.len(), expected.len(), "{case}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= tolerance,
            "{case}, {i}: {found} is not {expected}"
        );
    }
}

/// A map of a convolution whose kernels come from the input shows those of each token.
#[test]
fn maps_show_the_kernels_of_each_token() {
    for name in ["dynamic", "dynamic-float", "lite-dynamic"] {
        let variant = Variant::load(name);
        let architecture = &variant.bundle.manifest().architecture;
        let local = architecture.encoder[0].local.as_ref().expect(name);
        assert_eq!(local.kind, ConvolutionKind::Dynamic);
        let (groups, size) = (local.groups, local.kernel_size);
        let constants =
            Constants::read(architecture, &variant.encoder, &variant.decoder).expect(name);
        let model = variant.fast();
        let (memory, trace) = model.encode_traced(&variant.source()).expect(name);
        let maps = encoder_maps(architecture, &constants, &trace, Measure::Weight).expect(name);
        let kernels: Vec<f32> = numbers(&variant.golden["encoder"]["encoder.0.local.kernels"]);
        compare(&maps[0].local, &kernels, groups, size, size / 2, name);

        let traces = model.decode_traced(&memory, &[2, 9, 14, 33]).expect(name);
        let values: Vec<Value> = memory
            .values
            .iter()
            .map(|tensor| Value::of(tensor).expect(name))
            .collect();
        let maps = decoder_maps(architecture, &constants, &values, &traces, Measure::Weight);
        let kernels = traces
            .iter()
            .flat_map(|trace| &trace["decoder.0.local.kernels"].data);
        let kernels: Vec<f32> = kernels.copied().collect();
        compare(
            &maps.expect(name)[0].local,
            &kernels,
            groups,
            size,
            size - 1,
            name,
        );
    }
}

/// `kernels` are by token, then by group; their place `centre` is on the diagonal.
fn compare(maps: &[Map2D], kernels: &[f32], groups: usize, size: usize, centre: usize, case: &str) {
    assert_eq!(maps.len(), groups, "{case}");
    for (group, map) in maps.iter().enumerate() {
        assert_eq!(map.rows * groups * size, kernels.len(), "{case}");
        for row in 0..map.rows {
            for col in 0..map.cols {
                let place = (col + centre)
                    .checked_sub(row)
                    .filter(|&place| place < size);
                let expected =
                    place.map_or(0.0, |place| kernels[(row * groups + group) * size + place]);
                let found = map.data[row * map.cols + col];
                assert!(
                    (found - expected).abs() < 0.01,
                    "{case}, group {group}, {row} to {col}: {found} is not {expected}"
                );
            }
        }
    }
}

/// What the manifest says of a dynamic convolution must be what the graph computes.
#[test]
fn a_dynamic_convolution_unlike_the_manifest_is_an_error() {
    let variant = Variant::load("dynamic");
    let mut manifest = variant.bundle.manifest().clone();
    let local = manifest.architecture.encoder[0].local.as_mut();
    local.expect("a convolution").groups = 3;
    let error = Fast::new(&manifest, &variant.encoder, &variant.decoder).expect_err("groups");
    assert!(error.to_string().contains("manifest"), "{error}");
}
