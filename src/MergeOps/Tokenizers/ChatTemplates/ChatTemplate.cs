using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>
/// A chat template: a conversation becomes text as transformers renders it with jinja2, in a sandbox and within bounds. What cannot be rendered exactly is
/// refused by name.
/// </summary>
internal sealed class ChatTemplate
{
    private const int LongestTemplate = 1 << 20;

    private readonly IReadOnlyList<Statement> body;
    private readonly string path;

    private ChatTemplate(IReadOnlyList<Statement> body, string path) => (this.body, this.path) = (body, path);

    /// <summary>Reads a template.</summary>
    /// <param name="template">Its text.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is broken, or has what is not exact here.</exception>
    public static ChatTemplate Parse(string template, string path)
    {
        if (template.Length > LongestTemplate)
        {
            throw Refusal(path, new TemplateFault($"It has {template.Length:N0} characters"));
        }

        try
        {
            return new(TemplateParser.Parse(template), path);
        }
        catch (TemplateFault fault)
        {
            throw Refusal(path, fault);
        }
    }

    /// <summary>The text of a conversation.</summary>
    /// <param name="variables">What the template is told: <c>messages</c>, <c>tools</c>, <c>add_generation_prompt</c>, the special tokens and others.</param>
    /// <param name="now">The time that the template is told if it asks.</param>
    /// <exception cref="MergeOpsException">The template raises an error, or needs what is not exact here.</exception>
    public string Render(IEnumerable<KeyValuePair<string, object?>> variables, DateTime now)
    {
        try
        {
            return new TemplateRenderer(Globals.Of(now)).Render(body, variables);
        }
        catch (TemplateFault fault)
        {
            throw Refusal(path, fault);
        }
    }

    private static MergeOpsException Refusal(string path, TemplateFault fault) =>
        new(Codes.TemplateNotRendered, $"{fault.Message.TrimEnd('.')}.", fault.Line > 0 ? new SourceSpan(path, fault.Line, 1, fault.Line, 1) : SourceSpan.File(path), fault);
}
