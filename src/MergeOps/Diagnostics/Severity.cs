namespace MergeOps.Diagnostics;

/// <summary>How much a diagnostic weighs: an error stops the verb, a warning and a note do not.</summary>
public enum Severity
{
    /// <summary>Something that must be changed before the verb can go on.</summary>
    Error,

    /// <summary>Something that works but probably not as its author means it.</summary>
    Warning,

    /// <summary>Something worth knowing.</summary>
    Note,
}
