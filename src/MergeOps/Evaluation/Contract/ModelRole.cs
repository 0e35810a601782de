namespace MergeOps.Evaluation.Contract;

/// <summary>What a model is to the recipe; the order is that of the table's rows.</summary>
internal enum ModelRole
{
    /// <summary>The recipe's base model; a parent too where its weights go into the merge.</summary>
    Base,

    /// <summary>Another one of the merged models.</summary>
    Parent,

    /// <summary>The plain average of the parents: what a merge method must beat to be worth its name.</summary>
    Average,

    /// <summary>The version that is published now.</summary>
    Published,

    /// <summary>The result.</summary>
    Merged,
}
