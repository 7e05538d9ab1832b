use std::sync::{Arc, Mutex};

use ort::{
    inputs,
    session::{Session, builder::GraphOptimizationLevel},
    value::Tensor,
};
use serde::Serialize;

use crate::image::{Image, SIDE};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    digit: usize,
    probabilities: Vec<f32>,
    model_version: Arc<str>,
}

pub struct Model {
    /// `Session::run` wants it alone.
    session: Mutex<Session>,
    version: Arc<str>,
}

impl Model {
    /// ONNX Runtime itself is the library that `ORT_DYLIB_PATH` names.
    pub fn open(path: String, version: String) -> ort::Result<Self> {
        // Else ONNX Runtime reports to its makers.
        let environment = ort::init().with_telemetry(false).build()?;
        let session = Session::builder(&environment)?
            .with_optimization_level(GraphOptimizationLevel::Level3)?
            .with_intra_threads(1)?
            .commit_from_file(path)?;
        Ok(Model {
            session: Mutex::new(session),
            version: version.into(),
        })
    }

    pub fn classify(&self, Image(greys): Image) -> ort::Result<Prediction> {
        let images = Tensor::from_array(([1, SIDE, SIDE], greys))?;
        let mut session = self
            .session
            .lock()
            .expect("no thread panics while it holds the session");
        let outputs = session.run(inputs!["images" => images])?;
        let (_, probabilities) = outputs["probabilities"].try_extract_tensor::<f32>()?;
        let digit = (0..probabilities.len())
            .max_by(|&one, &other| probabilities[one].total_cmp(&probabilities[other]))
            .unwrap_or_default();
        Ok(Prediction {
            digit,
            probabilities: probabilities.to_vec(),
            model_version: self.version.clone(),
        })
    }
}
