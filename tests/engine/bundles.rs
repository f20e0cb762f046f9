//! Damaged bundles: each gives an error that says what is wrong, none gives a panic.

use std::collections::BTreeMap;

use lite_transformer::bundle::{DECODER, ENCODER, MANIFEST, TOKENIZER};
use lite_transformer::{Bundle, Error, ErrorKind, Translator};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tract_onnx::pb::ModelProto;

use crate::path;

/// The shipped bundle in parts that can be changed.
#[derive(Clone)]
struct Parts {
    manifest: Value,
    files: BTreeMap<String, Vec<u8>>,
}

impl Parts {
    fn new() -> Parts {
        let read = |name: &str| std::fs::read(path("models/de-en").join(name)).expect(name);
        let manifest: Value = serde_json::from_slice(&read(MANIFEST)).expect("a manifest");
        let names = manifest["files"].as_array().expect("files").iter();
        let names = names.map(|file| file["name"].as_str().expect("a name").to_owned());
        let files = names.map(|name| (name.clone(), read(&name))).collect();
        Parts { manifest, files }
    }

    fn bundle(&self) -> Result<Bundle, Error> {
        let manifest = serde_json::to_vec(&self.manifest).expect("JSON");
        Bundle::from_files(&manifest, |name| self.files.get(name).cloned())
    }

    fn load(&self) -> Result<Translator, Error> {
        Translator::new(self.bundle()?)
    }

    /// Puts another file in, with size and hash as they should be.
    fn replace(&mut self, name: &str, bytes: Vec<u8>) {
        for file in self.manifest["files"].as_array_mut().expect("files") {
            if file["name"] == name {
                file["bytes"] = bytes.len().into();
                let digest = Sha256::digest(&bytes);
                file["sha256"] = digest
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
                    .into();
            }
        }
        self.files.insert(name.into(), bytes);
    }

    /// Changes a graph.
    fn change(&mut self, name: &str, change: impl FnOnce(&mut ModelProto)) {
        let mut model = ModelProto::decode(self.files[name].as_slice()).expect("a graph");
        change(&mut model);
        self.replace(name, model.encode_to_vec());
    }
}

fn bundle_error(parts: &Parts, case: &str) -> Error {
    match parts.load() {
        Ok(_) => panic!("{case}: it was taken"),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Bundle, "{case}: {error}");
            error
        }
    }
}

#[test]
fn every_field_of_the_manifest_is_checked() {
    let cases: &[(&str, Value)] = &[
        ("/format_version", json!(2)),
        ("/format_version", json!("1")),
        ("/source_language", json!("")),
        ("/source_language", json!("d e")),
        ("/target_language", json!("../en")),
        ("/architecture", json!(null)),
        ("/architecture/d_model", json!(0)),
        ("/architecture/d_model", json!(161)),
        ("/architecture/d_model", json!(-1)),
        ("/architecture/vocab_size", json!(3)),
        ("/architecture/vocab_size", json!(1_000)),
        ("/architecture/cross_heads", json!(0)),
        ("/architecture/cross_heads", json!(7)),
        ("/architecture/ffn", json!(0)),
        ("/architecture/encoder", json!([])),
        ("/architecture/decoder", json!([])),
        ("/architecture/encoder/0/global/heads", json!(0)),
        ("/architecture/encoder/0/global/heads", json!(3)),
        ("/architecture/encoder/0/global/channels", json!(81)),
        ("/architecture/encoder/0/local/groups", json!(0)),
        ("/architecture/encoder/0/local/kernel_size", json!(0)),
        ("/architecture/encoder/0/local/kernel_size", json!(5)),
        ("/architecture/encoder/0/local/kind", json!("other")),
        ("/special_ids/pad", json!(1_000_000)),
        ("/special_ids/bos", json!(3)),
        ("/special_ids/eos", json!(-3)),
        ("/limits/max_source_tokens", json!(1)),
        ("/limits/max_target_tokens", json!(100_000)),
        ("/decoding/beam_size", json!(0)),
        ("/decoding/length_penalty", json!(9.0)),
        ("/quantisation/bits", json!(9)),
        ("/quantisation/weights", json!("int4")),
        ("/files", json!([])),
        ("/files/0/name", json!("../tokenizer.model")),
        ("/files/0/name", json!("a/b")),
        ("/files/0/name", json!("encoder.onnx")),
        ("/files/0/name", json!("other.model")),
        ("/files/0/bytes", json!(1)),
        ("/files/0/bytes", json!(1e300)),
        ("/files/0/sha256", json!("0")),
        ("/files/0/sha256", json!("0".repeat(64))),
    ];
    let parts = Parts::new();
    parts.load().expect("the shipped bundle");
    for (place, value) in cases {
        let mut parts = parts.clone();
        let field = parts.manifest.pointer_mut(place);
        *field.unwrap_or_else(|| panic!("no field {place}")) = value.clone();
        let error = bundle_error(&parts, &format!("{place} is {value}"));
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn the_manifest_is_json() {
    for bytes in [
        &b""[..],
        b"{",
        b"[]",
        b"{\"format_version\": 1}",
        &[0xff; 10],
    ] {
        let error = Bundle::from_files(bytes, |_| None).expect_err("no manifest");
        assert!(matches!(error, Error::Manifest(_)), "{error}");
    }
    let version =
        Bundle::from_files(b"{\"format_version\": 7}", |_| None).expect_err("a later version");
    assert_eq!(
        version.to_string(),
        "the bundle has format version 7, this library reads version 1"
    );
}

#[test]
fn every_file_is_checked() {
    for name in [TOKENIZER, ENCODER, DECODER, "weights.bin"] {
        let parts = Parts::new();
        let mut missing = parts.clone();
        missing.files.remove(name);
        assert_eq!(
            bundle_error(&missing, name),
            Error::MissingFile { name: name.into() }
        );

        let mut short = parts.clone();
        short.files.get_mut(name).expect(name).pop();
        assert!(matches!(bundle_error(&short, name), Error::FileSize { .. }));

        let mut flipped = parts.clone();
        flipped.files.get_mut(name).expect(name)[100] ^= 1;
        assert!(matches!(
            bundle_error(&flipped, name),
            Error::FileHash { .. }
        ));

        // Right by size and hash, but not what it should be.
        let mut other = parts.clone();
        other.replace(name, b"not what it should be".to_vec());
        bundle_error(&other, name);
        let mut empty = parts.clone();
        empty.replace(name, Vec::new());
        bundle_error(&empty, name);
        let mut half = parts;
        let bytes = half.files[name].clone();
        half.replace(name, bytes[..bytes.len() / 2].to_vec());
        bundle_error(&half, name);
    }
    let error = Bundle::from_dir("no/such/folder").expect_err("no folder");
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

#[test]
fn every_tensor_is_checked() {
    type Change = fn(&mut ModelProto);
    let cases: &[(&str, Change)] = &[
        ("an offset beyond the file", |model| {
            external(model, "offset", "999999999")
        }),
        ("a length beyond the file", |model| {
            external(model, "length", "99999999999999999999")
        }),
        ("a negative offset", |model| external(model, "offset", "-4")),
        ("another file", |model| {
            external(model, "location", "/etc/passwd")
        }),
        ("a folder above", |model| {
            external(model, "location", "../weights.bin")
        }),
        ("a huge shape", |model| {
            first_external(model).dims = vec![i64::MAX, i64::MAX]
        }),
        ("a negative shape", |model| {
            first_external(model).dims = vec![-1, 80]
        }),
        ("another shape", |model| first_external(model).dims.push(2)),
        ("another type", |model| first_external(model).data_type = 11),
        ("an unknown type", |model| {
            first_external(model).data_type = 999
        }),
        ("a tensor twice", |model| {
            let tensor = first_external(model).clone();
            graph(model).initializer.push(tensor);
        }),
        ("no graph", |model| model.graph = None),
        ("no nodes", |model| graph(model).node.clear()),
        ("no outputs", |model| graph(model).output.clear()),
        ("a value from nowhere", |model| {
            graph(model).node[0].input[0] = "nowhere".into()
        }),
        ("a value made twice", |model| {
            let node = graph(model).node[3].clone();
            graph(model).node.push(node);
        }),
        ("nodes out of order", |model| graph(model).node.reverse()),
        ("an unknown operator", |model| {
            let node = graph(model)
                .node
                .iter_mut()
                .find(|node| node.op_type == "Softmax");
            node.expect("a softmax").op_type = "Hardmax".into();
        }),
    ];
    for file in [ENCODER, DECODER] {
        for (case, change) in cases {
            let mut parts = Parts::new();
            parts.change(file, change);
            let error = bundle_error(&parts, &format!("{file}: {case}"));
            assert!(error.to_string().contains(file), "{case}: {error}");
        }
    }
}

fn graph(model: &mut ModelProto) -> &mut tract_onnx::pb::GraphProto {
    model.graph.as_mut().expect("a graph")
}

fn first_external(model: &mut ModelProto) -> &mut tract_onnx::pb::TensorProto {
    let tensors = &mut graph(model).initializer;
    let tensor = tensors
        .iter_mut()
        .find(|tensor| tensor.name.ends_with(".weight"));
    tensor.expect("an external tensor")
}

fn external(model: &mut ModelProto, key: &str, value: &str) {
    let entries = &mut first_external(model).external_data;
    entries.retain(|entry| entry.key != key);
    entries.push(tract_onnx::pb::StringStringEntryProto {
        key: key.into(),
        value: value.into(),
    });
}

#[test]
fn damaged_tokenizers_are_errors() {
    let parts = Parts::new();
    let bytes = parts.files[TOKENIZER].clone();
    // Whatever is cut off or flipped: an error or another model, never a panic.
    for i in 0..60 {
        let mut damaged = bytes.clone();
        let place = i * 7919 % bytes.len();
        match i % 2 {
            0 => damaged.truncate(place),
            _ => damaged[place] ^= 1 << (i % 8),
        }
        if let Ok(tokenizer) = lite_transformer::tokenizer::Tokenizer::new(&damaged) {
            let ids: Vec<u32> = tokenizer
                .encode("Äpfel, 😀 ﬁ ①")
                .iter()
                .map(|piece| piece.id)
                .collect();
            tokenizer.decode(&ids);
        }
    }
}
