//! Where the time goes: medians of the encoder, of a decoder step and of whole sentences, on one thread.
//!
//! `profile [--bundle DIR] [--rounds N]`: each figure is the median of N runs after a warm-up. In WebAssembly:
//!
//! ```text
//! RUSTFLAGS="-C target-feature=+simd128" cargo build --profile wasm --example profile --target wasm32-wasip1
//! node --no-warnings tests/wasi.mjs target/wasm32-wasip1/wasm/examples/profile.wasm
//! ```

use std::time::{Duration, Instant};

use lite_transformer::bundle::{DECODER, ENCODER};
use lite_transformer::graph::fast::Fast;
use lite_transformer::graph::onnx::OnnxGraph;
use lite_transformer::seq2seq::Seq2Seq;
use lite_transformer::{Bundle, Options, Translator};

const SENTENCE: &str = "Ein Mann in einem blauen Hemd steht auf einer Leiter und putzt ein Fenster, während zwei \
                        Kinder im Garten spielen und ein Hund schläft.";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut folder, mut rounds) = (String::from("models/de-en"), 51);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--bundle" => folder = value()?,
            "--rounds" => rounds = value()?.parse()?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let bundle = Bundle::from_dir(folder)?;
    let encoder = OnnxGraph::read(&bundle, ENCODER)?;
    let decoder = OnnxGraph::read(&bundle, DECODER)?;
    let model = Fast::new(bundle.manifest(), &encoder, &decoder)?;
    let eos = bundle.manifest().special_ids.eos;
    let translator = Translator::new(bundle)?;
    let source = |tokens: u32| -> Vec<u32> { (300..299 + tokens).chain([eos]).collect() };

    for tokens in [10, 30, 100, 250] {
        let ids = source(tokens);
        let cost = translator.cost(ids.len(), 0);
        let time = median(rounds, || {
            let start = Instant::now();
            model.encode(&ids).map(|_| start.elapsed())
        })?;
        println!(
            "encoder, {tokens} tokens: {:.3} ms, {:.1} G mult-adds/s",
            time.as_secs_f64() * 1e3,
            cost.mult_adds as f64 / time.as_secs_f64() / 1e9
        );
    }
    let memory = model.encode(&source(30))?;
    // The last is what four sentences at once would be.
    for beam in [1, 4, 16] {
        for cached in [1, 30, 100] {
            let time = median(rounds, || {
                let mut decoder = model.decode(&memory, beam)?;
                decoder.step(&[0], &[2], 0)?;
                let (parents, tokens): (Vec<usize>, Vec<u32>) = (0..beam)
                    .map(|row| (row * usize::from(beam > 1), 400 + row as u32))
                    .unzip();
                decoder.step(&vec![0; beam], &tokens, 1)?;
                for position in 2..cached {
                    decoder.step(&parents, &tokens, position)?;
                }
                let start = Instant::now();
                decoder.step(&parents, &tokens, cached)?;
                Ok::<_, lite_transformer::Error>(start.elapsed())
            })?;
            println!(
                "decoder step, beam {beam}, {cached} cached: {:.3} ms",
                time.as_secs_f64() * 1e3
            );
        }
    }
    for beam in [1, 4] {
        let options = Options {
            beam_size: Some(beam),
            ..Options::default()
        };
        let mut tokens = 0;
        let time = median(rounds, || {
            let start = Instant::now();
            let translation = translator.translate_sentence(SENTENCE, &options)?;
            tokens = translation.tokens;
            Ok::<_, lite_transformer::Error>(start.elapsed())
        })?;
        println!(
            "sentence of {} source and {tokens} target tokens, beam {beam}: {:.2} ms",
            translator.measure(SENTENCE),
            time.as_secs_f64() * 1e3
        );
    }
    Ok(())
}

fn median<E>(rounds: usize, mut run: impl FnMut() -> Result<Duration, E>) -> Result<Duration, E> {
    for _ in 0..rounds / 4 {
        run()?;
    }
    let mut times = (0..rounds).map(|_| run()).collect::<Result<Vec<_>, E>>()?;
    times.sort_unstable();
    Ok(times[rounds / 2])
}
