// What a configuration cannot say itself and warnings depend on.

export interface Surroundings {
  /** In a container, `localhost` is the container alone. */
  readonly inContainer: boolean;
}
