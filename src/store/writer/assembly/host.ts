// What the host does for us.

/** The slot of a series that is not known yet. Ranges are offsets into the input. 0xffffffff: the point is not valid. */
@external("env", "newSeries")
export declare function newSeries(metricFrom: u32, metricTo: u32, pointFrom: u32, pointTo: u32): u32;

/** Takes an exemplar of the point being read. False: it is not valid. */
@external("env", "exemplar")
export declare function exemplar(from: u32, to: u32, slot: u32, pointTime: u64): bool;
