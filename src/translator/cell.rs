//! How one entry of a map is made.

use super::Translator;
use super::options::Options;
use crate::cell::{Cell, Traces, cell};
use crate::error::Error;
use crate::part::Part;
use crate::seq2seq::Value;

/// An entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct CellOptions {
    /// The head whose map it is.
    pub part: Part,
    /// The attending position; of the decoder the step.
    pub row: usize,
    /// The attended position.
    pub column: usize,
    /// How to decode, and parts that contribute nothing, as the map was made.
    pub decoding: Options,
    /// Parts of the model that contribute nothing, as in the options of the map.
    pub without: Vec<Part>,
}

impl Translator {
    /// Translates a text as one sentence and gives the numbers that one entry of a map is made of.
    pub fn cell(&self, text: &str, options: &CellOptions) -> Result<Cell, Error> {
        let architecture = &self.manifest.architecture;
        if options.part.head.is_none() {
            return Err(Error::option("head", "missing", "a head's number"));
        }
        options.part.channels(architecture)?;
        self.check(&options.decoding)?;
        let silenced = self.silenced(&options.without)?;
        let model = silenced.as_deref().unwrap_or(&*self.model);
        let (_, run) = self.run_or_nothing(model, text, &options.decoding, &mut Vec::new())?;
        let (memory, encoder) = model.encode_traced(&run.ids)?;
        let decoder = model.decode_traced(&memory, &self.read_by(&run.best.tokens))?;
        let layers = 0..architecture.decoder.len();
        let keys = layers.map(|layer| model.keys(&memory, layer));
        let values = memory.values.iter().map(|tensor| Value::of(tensor));
        let traces = Traces {
            encoder: &encoder,
            decoder: &decoder,
            keys: &keys.collect::<Result<Vec<_>, Error>>()?,
            values: &values.collect::<Result<Vec<_>, Error>>()?,
        };
        let at = [options.row, options.column];
        cell(architecture, &self.maps, &traces, &options.part, at)
    }
}
