namespace MergeOps.Diagnostics;

/// <summary>How severe a diagnostic is: an error stops the verb, the others do not.</summary>
public enum Severity
{
    /// <summary>Something that must be changed before the verb can go on.</summary>
    Error,

    /// <summary>Something that works but probably not as its author means it.</summary>
    Warning,

    /// <summary>Something worth knowing.</summary>
    Note,

    /// <summary>Warnings of one code that the recipe accepts with a reason, as one finding.</summary>
    Accepted,
}
