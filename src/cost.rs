//! Parameters and mult-adds of the model, module by module, counted from the graphs.

/// What a model needs, in all and by module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Tokens of the source that the mult-adds are counted for, the end token included.
    pub source_tokens: usize,
    /// Tokens of the target that the mult-adds are counted for, the end token included.
    pub target_tokens: usize,
    /// Parameters of the whole model; the shared embedding counts once.
    pub parameters: u64,
    /// Mult-adds of one greedy translation, the output projection included.
    pub mult_adds: u64,
    /// The same by module, in the order of the computation.
    pub modules: Vec<ModuleCost>,
}

/// What one module needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleCost {
    /// Name, such as `encoder.0.global` or `output`.
    pub name: String,
    /// Its parameters; those of the output projection are the embedding's and count there.
    pub parameters: u64,
    /// Its mult-adds.
    pub mult_adds: u64,
}
