//! The settings in words: what each is called, what it means.

use super::fields::Field;

impl Field {
    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Family => "Architecture",
            Self::Width => "Width",
            Self::Side => "Input",
            Self::Head => "Head",
            Self::Units => "Hidden units",
            Self::Dropout => "Dropout",
            Self::Optimizer => "Optimizer",
            Self::LearningRate => "Learning rate",
            Self::Factor => "Smaller each block",
            Self::Schedule => "Schedule",
            Self::StepEvery => "Step every",
            Self::StepFactor => "Step factor",
            Self::WarmUp => "Warm-up",
            Self::Clip => "Clip gradients",
            Self::HeadFirst => "Head first",
            Self::Momentum => "Momentum",
            Self::WeightDecay => "Weight decay",
            Self::Batch => "Batch size",
            Self::Epochs => "Epochs",
            Self::Patience => "Early stopping",
            Self::LabelSmoothing => "Label smoothing",
            Self::ClassWeights => "Class weights",
            Self::Split => "Split",
            Self::Validation => "Held out",
            Self::Seed => "Seed",
        }
    }

    /// Its name in ids and tests: `learning-rate`.
    pub fn word(self) -> String {
        self.label().to_ascii_lowercase().replace(' ', "-")
    }

    /// Its name in tests, where it has one.
    pub fn testid(self) -> Option<&'static str> {
        match self {
            Self::Family => Some("architecture"),
            Self::LearningRate => Some("learning-rate"),
            Self::Schedule => Some("schedule"),
            _ => None,
        }
    }

    /// What stands in the field where it is empty.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Patience => "never",
            Self::Clip => "not at all",
            _ => "",
        }
    }

    /// What the term means.
    pub fn about(self) -> &'static str {
        match self {
            Self::Family => {
                "LeNet-5 reads small grey pictures; UserNet is a plain network of twelve layers; the MobileNets are made of separable convolutions and quick for their size."
            }
            Self::Width => {
                "Every layer has so many times the paper's channels, 0.05–4. Narrow networks train sooner and learn less by heart."
            }
            Self::Side => {
                "Width and height of the photos as the network gets them, 32–1024. Half the side is a quarter of the time."
            }
            Self::Head => {
                "What is trained: a linear layer on the backbone's numbers, or one with a hidden layer before it, which can bend its borders and needs more photos."
            }
            Self::Units => {
                "How wide the hidden layer is, 1–4096. More can tell finer things apart, and learns by heart sooner."
            }
            Self::Dropout => {
                "The share of hidden values that is left out at each step, 0–0.9, so that the head relies on none of them alone."
            }
            Self::Optimizer => {
                "How a gradient becomes a step. Adam suits almost everything; AdamW keeps weight decay apart from it; SGD with momentum is the plain classic."
            }
            Self::LearningRate => {
                "The size of a step. Too large and the loss jumps about, too small and training takes long. 0.001 suits Adam, about 0.05 SGD; blocks that know something already want ten times less."
            }
            Self::Factor => {
                "By how much the learning rate of each block is smaller than that of the block after it, 1–10: early blocks hold what all photos share, and should change least."
            }
            Self::Schedule => {
                "How the learning rate goes: constant; multiplied by a factor every few epochs; along half a cosine to nothing; or up and down again in one cycle."
            }
            Self::StepEvery => {
                "After so many epochs the learning rate is multiplied by the step factor, again and again, 1–10000."
            }
            Self::StepFactor => "What the learning rate is multiplied by at each step, 0.001–1.",
            Self::WarmUp => {
                "Epochs in which the learning rate grows from nothing to its value, 0–100, fractions too: the first gradients are the wildest."
            }
            Self::Clip => {
                "Gradients of a longer norm, each tensor's by itself, are shortened to this; empty: not at all. It keeps a single odd step from spoiling the weights."
            }
            Self::HeadFirst => {
                "Epochs in which the head alone is trained, on frozen blocks, before they are trained with it, 0–1000: a new head's gradients would spoil what the blocks know."
            }
            Self::Momentum => "How much of the last step goes on in the next one, 0–0.99. For SGD only.",
            Self::WeightDecay => "Pulls the weights towards zero, 0–1, so that the head learns less by heart.",
            Self::Batch => "Photos in one step, 1–4096.",
            Self::Epochs => "How often all training photos are gone through at most, 1–10000.",
            Self::Patience => {
                "Stops after so many epochs without a better validation loss; empty: never. The best epoch's head is kept either way."
            }
            Self::LabelSmoothing => {
                "Spreads this share of each answer over all classes, 0–0.5, so that the head is less sure of itself. Helps where some labels are wrong."
            }
            Self::ClassWeights => "Makes small classes count as much as large ones.",
            Self::Split => {
                "How photos are held out for checking. Honest keeps near-duplicates (bursts, crops, copies) on one side; random does not, and so claims too much."
            }
            Self::Validation => {
                "The share of each class that is not trained on but used for checking, 0–50 %. With 0 there is no validation curve, and the last epoch is kept."
            }
            Self::Seed => {
                "Any whole number. It decides the split, the head's first weights and the order of photos; the same seed gives the same result."
            }
        }
    }
}
