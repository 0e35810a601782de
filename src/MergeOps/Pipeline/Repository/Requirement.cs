namespace MergeOps.Pipeline.Repository;

/// <summary>What must hold of a pull request before its plans are carried out, beside their approval.</summary>
internal enum Requirement
{
    /// <summary>At least one approving review of its newest commit.</summary>
    Approved,

    /// <summary>A preview of the very plans, on the very data, that met its gates.</summary>
    Preview,

    /// <summary>GitHub can merge it without conflicts.</summary>
    Mergeable,

    /// <summary>An owner of each file that it changes approves its newest commit, by the CODEOWNERS file.</summary>
    CodeOwners,

    /// <summary>It holds everything of the branch that it goes into.</summary>
    UpToDate,
}
