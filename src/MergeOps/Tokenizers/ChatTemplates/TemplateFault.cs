namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>A template is broken, raises an error of its own, or needs what is not exact here.</summary>
/// <param name="message">A sentence without its full stop.</param>
/// <param name="line">The line of the template, from 1 on; 0 where it is not known.</param>
internal sealed class TemplateFault(string message, int line = 0) : Exception(message)
{
    /// <summary>The line of the template, from 1 on; 0 where it is not known.</summary>
    public int Line => line;
}
