namespace MergeOps.Methods.Contract;

/// <summary>
/// Fills <see cref="Tile.Output"/> from the tile's inputs. Called for the tiles of a tensor in ascending order,
/// each element once; runs inside a dispose scope of its own, so temporaries need no disposal, but hot paths
/// use the tile's pooled scratch instead of allocating.
/// </summary>
public delegate void TileFunction(Tile tile);
