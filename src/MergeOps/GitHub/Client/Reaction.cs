namespace MergeOps.GitHub.Client;

/// <summary>An answer to a comment without words.</summary>
internal enum Reaction
{
    /// <summary>Seen, work goes on.</summary>
    Eyes,

    /// <summary>Done.</summary>
    Rocket,

    /// <summary>Refused, or not understood.</summary>
    Confused,
}
