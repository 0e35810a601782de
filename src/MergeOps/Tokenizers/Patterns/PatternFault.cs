namespace MergeOps.Tokenizers.Patterns;

/// <summary>A regular expression is broken, or has something that is not exact here; the message ends the sentence « the regular expression … ».</summary>
internal sealed class PatternFault(string message) : Exception(message);
