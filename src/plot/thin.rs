//! Many points on few pixels.

/// Leaves out points that cannot be seen: of those in one column of pixels the first, the lowest, the highest and the last stay, in their order, which
/// draws the same line (M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014). `points` are in pixels, from left to right.
pub fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept = Vec::new();
    for column in points.chunk_by(|one, other| one.0.floor() == other.0.floor()) {
        let by_height = |one: &&usize, other: &&usize| column[**one].1.total_cmp(&column[**other].1);
        let places: Vec<usize> = (0..column.len()).collect();
        let mut stay = vec![0, column.len() - 1];
        stay.extend(places.iter().min_by(by_height));
        stay.extend(places.iter().max_by(by_height));
        stay.sort_unstable();
        stay.dedup();
        kept.extend(stay.into_iter().map(|place| column[place]));
    }
    kept
}
