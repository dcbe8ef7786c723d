// Adam's constants, in step with ../adam.rs.

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

