namespace MergeOps.Planning;

/// <summary>Where the rows of a model's embedding come from.</summary>
/// <param name="Same">Its own ones with the same number.</param>
/// <param name="Moved">Its own ones with another number.</param>
/// <param name="Filled">Those of tokens that it lacks, or for which the recipe names another row.</param>
internal sealed record RowCounts(int Same, int Moved, int Filled);
