namespace MergeOps.HuggingFace;

/// <summary>What a repository on the Hub holds.</summary>
internal enum RepositoryKind
{
    /// <summary>A model.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,
}
