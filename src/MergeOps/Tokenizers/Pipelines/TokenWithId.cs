namespace MergeOps.Tokenizers.Pipelines;

/// <summary>An added token with its id.</summary>
/// <param name="Token">How it is found in a text.</param>
/// <param name="Id">Its id.</param>
internal sealed record TokenWithId(AddedToken Token, int Id);
