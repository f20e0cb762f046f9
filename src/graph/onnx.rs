//! Reading a graph file: the protobuf decoded, every tensor found and checked against the bytes there are.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use prost::Message;
use tract_onnx::pb;

use crate::bundle::Bundle;
use crate::error::Error;

/// A graph whose initializers all have their bytes and whose nodes read only what is there. Clones share everything.
#[derive(Clone)]
pub struct OnnxGraph {
    file: &'static str,
    model: Arc<pb::ModelProto>,
    tensors: Arc<HashMap<String, Stored>>,
}

/// Where an initializer is.
struct Stored {
    /// Its place in the graph.
    place: usize,
    /// Its bytes, if they aren't in the graph itself.
    external: Option<External>,
}

/// A part of another file.
struct External {
    file: Arc<Vec<u8>>,
    range: Range<usize>,
}

/// An initializer.
#[derive(Debug, Clone)]
pub struct TensorView<'a> {
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its elements.
    pub data: Elements<'a>,
}

/// The elements of an initializer, as little-endian bytes.
#[derive(Debug, Clone, Copy)]
pub enum Elements<'a> {
    I8(&'a [u8]),
    I64(&'a [u8]),
    F32(&'a [u8]),
}

impl OnnxGraph {
    /// Reads a graph file of a bundle.
    pub fn read(bundle: &Bundle, file: &'static str) -> Result<OnnxGraph, Error> {
        let fail = |message: String| Error::Graph { file, message };
        let mut model = pb::ModelProto::decode(bundle.file(file)?)
            .map_err(|error| fail(format!("not an ONNX model: {error}")))?;
        let graph = model
            .graph
            .as_mut()
            .ok_or_else(|| fail("it has no graph".into()))?;
        let mut tensors = HashMap::new();
        for (i, tensor) in graph.initializer.iter_mut().enumerate() {
            let external = load_tensor(tensor, bundle)
                .map_err(|message| fail(format!("{}: {message}", tensor.name)))?;
            let stored = Stored { place: i, external };
            if tensors.insert(tensor.name.clone(), stored).is_some() {
                return Err(fail(format!("the tensor {:?} stands twice", tensor.name)));
            }
        }
        check_wiring(graph, &tensors).map_err(fail)?;
        Ok(OnnxGraph {
            file,
            model: Arc::new(model),
            tensors: Arc::new(tensors),
        })
    }

    /// The nodes in the order of computation.
    pub fn nodes(&self) -> &[pb::NodeProto] {
        &self.graph().node
    }

    /// The graph's inputs that are no initializers.
    pub fn inputs(&self) -> impl Iterator<Item = &pb::ValueInfoProto> {
        let stored = |input: &&pb::ValueInfoProto| !self.tensors.contains_key(&input.name);
        self.graph().input.iter().filter(stored)
    }

    /// The names of the graph's outputs.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.graph()
            .output
            .iter()
            .map(|output| output.name.as_str())
    }

    /// The names of all initializers.
    pub fn tensor_names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The initializer of this name.
    pub fn tensor(&self, name: &str) -> Option<TensorView<'_>> {
        let stored = self.tensors.get(name)?;
        let tensor = &self.graph().initializer[stored.place];
        let bytes = match &stored.external {
            Some(external) => external.bytes(),
            None => &tensor.raw_data,
        };
        Some(TensorView {
            shape: tensor.dims.iter().map(|&dim| dim as usize).collect(),
            data: match tensor.data_type() {
                pb::tensor_proto::DataType::Int8 => Elements::I8(bytes),
                pb::tensor_proto::DataType::Int64 => Elements::I64(bytes),
                // `load_tensor` lets no other type through.
                _ => Elements::F32(bytes),
            },
        })
    }

    /// The whole model with all tensors in it, for tract's own reader.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn whole(&self) -> pb::ModelProto {
        let mut model = pb::ModelProto::clone(&self.model);
        let initializers = model
            .graph
            .iter_mut()
            .flat_map(|graph| &mut graph.initializer);
        for tensor in initializers {
            if let Some(external) = &self.tensors[&tensor.name].external {
                tensor.raw_data = external.bytes().to_vec();
                tensor.external_data.clear();
                tensor.data_location = None;
            }
        }
        model
    }

    /// An error that names this file.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error::Graph {
            file: self.file,
            message: message.into(),
        }
    }

    fn graph(&self) -> &pb::GraphProto {
        // `read` refuses a model without a graph.
        self.model.graph.as_ref().expect("checked on reading")
    }
}

impl External {
    fn bytes(&self) -> &[u8] {
        &self.file[self.range.clone()]
    }
}

/// Only the name: all of a graph would be megabytes.
impl std::fmt::Debug for OnnxGraph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OnnxGraph({})", self.file)
    }
}

impl TensorView<'_> {
    /// The elements, if they are f32.
    pub fn f32(&self) -> Option<Vec<f32>> {
        match self.data {
            Elements::F32(bytes) => {
                let (elements, _) = bytes.as_chunks::<4>();
                Some(elements.iter().map(|b| f32::from_le_bytes(*b)).collect())
            }
            _ => None,
        }
    }

    /// The elements, if they are i64.
    pub fn i64(&self) -> Option<Vec<i64>> {
        match self.data {
            Elements::I64(bytes) => {
                let (elements, _) = bytes.as_chunks::<8>();
                Some(elements.iter().map(|b| i64::from_le_bytes(*b)).collect())
            }
            _ => None,
        }
    }

    /// The elements, if they are i8.
    pub fn i8(&self) -> Option<Vec<i8>> {
        match self.data {
            Elements::I8(bytes) => Some(bytes.iter().map(|&b| b as i8).collect()),
            _ => None,
        }
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Finds a tensor's bytes and checks them against its type and shape; those in the graph are put into `raw_data`.
fn load_tensor(tensor: &mut pb::TensorProto, bundle: &Bundle) -> Result<Option<External>, String> {
    use pb::tensor_proto::DataType;
    let size = match tensor.data_type() {
        DataType::Int8 => 1,
        DataType::Float => 4,
        DataType::Int64 => 8,
        other => return Err(format!("tensors of type {other:?} are not supported")),
    };
    let mut expected: usize = size;
    for &dim in &tensor.dims {
        let dim =
            usize::try_from(dim).map_err(|_| format!("it has the shape {:?}", tensor.dims))?;
        expected = expected
            .checked_mul(dim)
            .filter(|&bytes| bytes <= 1 << 31)
            .ok_or_else(|| format!("its shape {:?} is too large", tensor.dims))?;
    }
    // External, as ONNX's enumeration has it.
    let external = match tensor.data_location {
        Some(1) => Some(external(tensor, bundle, expected)?),
        _ => None,
    };
    if external.is_none() && tensor.raw_data.is_empty() {
        tensor.raw_data = match tensor.data_type() {
            DataType::Float => tensor
                .float_data
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .collect(),
            DataType::Int64 => tensor
                .int64_data
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .collect(),
            _ => tensor.int32_data.iter().map(|&x| x as u8).collect(),
        };
        tensor.float_data.clear();
        tensor.int64_data.clear();
        tensor.int32_data.clear();
    }
    let found = match &external {
        Some(external) => external.range.len(),
        None => tensor.raw_data.len(),
    };
    if found != expected {
        return Err(format!(
            "it has {found} bytes, its shape {:?} needs {expected}",
            tensor.dims
        ));
    }
    Ok(external)
}

/// A tensor's bytes in another file of the bundle.
fn external(
    tensor: &pb::TensorProto,
    bundle: &Bundle,
    expected: usize,
) -> Result<External, String> {
    let field = |key: &str| {
        let entry = tensor.external_data.iter().find(|entry| entry.key == key);
        entry.map(|entry| entry.value.as_str())
    };
    let number = |key: &str| match field(key) {
        None => Ok(None),
        Some(value) => value
            .parse::<usize>()
            .map(Some)
            .map_err(|_| format!("its external {key} is {value:?}")),
    };
    let location = field("location").ok_or("its external data have no location")?;
    let file = bundle.shared(location).map_err(|error| error.to_string())?;
    let offset = number("offset")?.unwrap_or(0);
    let length = number("length")?.unwrap_or(expected);
    offset
        .checked_add(length)
        .filter(|&end| end <= file.len())
        .map(|end| External {
            file: file.clone(),
            range: offset..end,
        })
        .ok_or_else(|| {
            format!(
                "bytes {offset} to {offset} + {length} are not within {location}, {} bytes",
                file.len()
            )
        })
}

/// Every node reads values that are there before it, no value is made twice, every output is made.
fn check_wiring(graph: &pb::GraphProto, tensors: &HashMap<String, Stored>) -> Result<(), String> {
    let inputs = graph.input.iter().map(|input| input.name.as_str());
    let mut known: HashSet<&str> = tensors.keys().map(String::as_str).chain(inputs).collect();
    for node in &graph.node {
        for input in node.input.iter().filter(|name| !name.is_empty()) {
            if !known.contains(input.as_str()) {
                return Err(format!(
                    "a {} node reads {input:?}, which is not there",
                    node.op_type
                ));
            }
        }
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            if !known.insert(output) {
                return Err(format!("the value {output:?} is made twice"));
            }
        }
    }
    match graph
        .output
        .iter()
        .find(|output| !known.contains(output.name.as_str()))
    {
        Some(output) => Err(format!("the output {:?} is not made", output.name)),
        None => Ok(()),
    }
}
