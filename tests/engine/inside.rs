//! Parts of the model left out, and what the entries of its maps are made of.

use lite_transformer::{
    Branch, Cell, CellOptions, Error, ErrorKind, Map2D, Options, Part, SentenceVisualization, Side,
    VisualizeOptions,
};

use crate::TRANSLATOR;

const TEXT: &str = "Der alte Mann sitzt jeden Morgen auf der Bank.";

fn part(side: Side, layer: usize, branch: Branch, head: Option<usize>) -> Part {
    Part {
        side,
        layer,
        branch,
        head,
    }
}

fn shown(without: Vec<Part>) -> SentenceVisualization {
    let options = VisualizeOptions {
        without,
        ..VisualizeOptions::default()
    };
    TRANSLATOR
        .visualize_sentence(TEXT, &options)
        .expect("a visualization")
}

#[test]
fn without_a_part_the_rest_goes_on() {
    let all = shown(Vec::new());
    assert_eq!(all.whole, None);
    let layers = TRANSLATOR.manifest().architecture.decoder.len();
    let deaf: Vec<Part> = (0..layers)
        .map(|layer| part(Side::Decoder, layer, Branch::Cross, None))
        .collect();
    let found = shown(deaf);
    assert_ne!(found.translation, all.translation);
    let whole = found.whole.expect("the whole model's translation");
    assert_eq!(
        (&whole.translation, whole.score),
        (&all.translation, all.score)
    );
    // A decoder that can't see the source finds its own words likelier than the right ones.
    assert!(whole.score_without < whole.score - 0.5, "{whole:?}");
    assert!(found.score > whole.score_without, "{whole:?}");
    assert!(found.confidence < all.confidence);
}

#[test]
fn a_branch_is_all_its_heads() {
    let heads = |count: usize, side: Side, layer: usize, branch: Branch| -> Vec<Part> {
        let heads = (0..count).map(|head| part(side, layer, branch, Some(head)));
        heads.collect()
    };
    for (count, side, layer, branch) in [
        (4, Side::Encoder, 1, Branch::Global),
        (4, Side::Encoder, 4, Branch::Local),
        (4, Side::Decoder, 0, Branch::Local),
        (4, Side::Decoder, 3, Branch::Global),
        (4, Side::Decoder, 4, Branch::Cross),
    ] {
        let one = shown(vec![part(side, layer, branch, None)]);
        let all = shown(heads(count, side, layer, branch));
        assert_eq!(one, all, "{side:?} {layer} {branch:?}");
        let some = shown(heads(1, side, layer, branch));
        assert_ne!(one.decoder, some.decoder, "{side:?} {layer} {branch:?}");
    }
}

#[test]
fn parts_that_there_are_not_are_errors() {
    for (part, message) in [
        (
            part(Side::Encoder, 6, Branch::Global, None),
            "layer is 6, expected 0 to 5",
        ),
        (
            part(Side::Encoder, 0, Branch::Cross, None),
            "branch is cross, expected a branch that layer 0 of the encoder has",
        ),
        (
            part(Side::Decoder, 2, Branch::Local, Some(4)),
            "head is 4, expected 0 to 3",
        ),
    ] {
        let options = VisualizeOptions {
            without: vec![part],
            ..VisualizeOptions::default()
        };
        let error = TRANSLATOR.visualize_sentence(TEXT, &options);
        let error = error.expect_err("there is no such part");
        assert_eq!(
            (error.to_string().as_str(), error.kind()),
            (message, ErrorKind::Option)
        );
    }
}

fn cell(part: Part, row: usize, column: usize) -> Result<Cell, Error> {
    let options = CellOptions {
        part,
        row,
        column,
        decoding: Options::default(),
        without: Vec::new(),
    };
    TRANSLATOR.cell(TEXT, &options)
}

fn close(found: f32, expected: f32, case: &str) {
    assert!(
        (found - expected).abs() < 1e-4,
        "{case}: {found}, not {expected}"
    );
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// All heads, at the ends and in the middle.
#[test]
fn a_cell_makes_its_map() {
    let shown = shown(Vec::new());
    for side in [Side::Encoder, Side::Decoder] {
        let layers = match side {
            Side::Encoder => &shown.encoder,
            Side::Decoder => &shown.decoder,
        };
        for layer in [0, 3, layers.len() - 1] {
            let maps = &layers[layer];
            let cross = maps.cross.as_deref().unwrap_or_default();
            for (branch, maps) in [
                (Branch::Global, maps.global.as_slice()),
                (Branch::Local, &maps.local),
                (Branch::Cross, cross),
            ] {
                for (head, map) in maps.iter().enumerate().step_by(3) {
                    for row in [0, map.rows / 2, map.rows - 1] {
                        let causal = side == Side::Decoder && branch != Branch::Cross;
                        let last = if causal { row } else { map.cols - 1 };
                        for column in [0, last / 2, last] {
                            let part = part(side, layer, branch, Some(head));
                            let case = format!("{part:?} {row} {column}");
                            let found = cell(part, row, column).expect(&case);
                            match found {
                                Cell::Attention(found) => {
                                    let scale = (found.query.len() as f32).sqrt();
                                    let pairs = found.query.iter().zip(&found.key);
                                    let dot: f32 = pairs.map(|(q, k)| q * k).sum();
                                    close(found.scores[column], dot / scale, &case);
                                    assert_eq!(found.scores.len(), last + 1, "{case}");
                                    assert_eq!(found.value.len(), found.output.len());
                                    attention_row(map, row, &softmax(&found.scores), &case);
                                    attention_row(map, row, &found.weights, &case);
                                }
                                Cell::Convolution(found) => {
                                    let size = layers[layer].kernel_size;
                                    assert_eq!(Some(found.taps.len()), size, "{case}");
                                    let mut sums = vec![0.0; found.output.len()];
                                    let mut covered = 0.0;
                                    for tap in found.taps {
                                        let Some(position) = tap.position else {
                                            assert!(tap.values.is_empty(), "{case}");
                                            continue;
                                        };
                                        assert_eq!(row as i64 + tap.offset, position as i64);
                                        close(
                                            tap.weight,
                                            map.data[row * map.cols + position],
                                            &case,
                                        );
                                        covered += tap.weight;
                                        let pairs = sums.iter_mut().zip(&tap.values);
                                        pairs.for_each(|(sum, x)| *sum += tap.weight * x);
                                    }
                                    let row = &map.data[row * map.cols..][..map.cols];
                                    close(row.iter().sum(), covered, &case);
                                    let pairs = found.output.iter().zip(&sums);
                                    pairs.for_each(|(found, sum)| close(*found, *sum, &case));
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn attention_row(map: &Map2D, row: usize, weights: &[f32], case: &str) {
    let expected = &map.data[row * map.cols..][..map.cols];
    for (j, expected) in expected.iter().enumerate() {
        close(weights.get(j).copied().unwrap_or(0.0), *expected, case);
    }
}

#[test]
fn cells_that_there_are_not_are_errors() {
    let whole = part(Side::Encoder, 0, Branch::Global, None);
    let error = cell(whole, 0, 0).expect_err("a branch has no one map");
    assert_eq!(error.kind(), ErrorKind::Option);
    let head = |side: Side, branch: Branch| part(side, 0, branch, Some(0));
    for (part, row, column, option) in [
        (head(Side::Encoder, Branch::Global), 99, 0, "row"),
        (head(Side::Encoder, Branch::Local), 0, 99, "column"),
        (head(Side::Decoder, Branch::Global), 2, 3, "column"),
        (head(Side::Decoder, Branch::Cross), 2, 99, "column"),
    ] {
        let error = cell(part, row, column).expect_err("there is no such cell");
        assert!(error.to_string().starts_with(option), "{error}");
        assert_eq!(error.kind(), ErrorKind::Option);
    }
}
