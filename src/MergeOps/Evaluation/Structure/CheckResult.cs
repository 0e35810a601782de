namespace MergeOps.Evaluation.Structure;

/// <summary>What a structural check says.</summary>
internal enum CheckVerdict
{
    /// <summary>The files are as they should be.</summary>
    Passed,

    /// <summary>They are not.</summary>
    Failed,

    /// <summary>There is nothing that the check could look at.</summary>
    NotApplicable,
}

/// <summary>One structural check of a merged folder.</summary>
/// <param name="Name">What was looked at, fixed text.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Detail">What was found; may hold text from outside.</param>
internal sealed record CheckResult(string Name, CheckVerdict Verdict, string Detail);
