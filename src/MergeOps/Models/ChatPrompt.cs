using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.ChatTemplates;

namespace MergeOps.Models;

/// <summary>The chat template of a model, which makes what it reads of what a user says.</summary>
internal sealed class ChatPrompt
{
    // templates that write the day would give other scores tomorrow; Llama's own take this one where they are told none
    private static readonly DateTime Day = new(2024, 7, 26, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly ChatTemplate template;
    private readonly IReadOnlyDictionary<string, string> special;

    private ChatPrompt(ChatTemplate template, IReadOnlyDictionary<string, string> special) => (this.template, this.special) = (template, special);

    /// <summary>The template of a model's folder; null with the reason, which ends the sentence « not evaluated: … ».</summary>
    public static ChatPrompt? TryOpen(string folder, out string? whyNot) =>
        TryOpen(name => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null, out whyNot);

    /// <summary>The template, or null with the reason.</summary>
    /// <param name="locate">Gives the place of a file by its name; null when there is none.</param>
    /// <param name="whyNot">Why there is no template.</param>
    public static ChatPrompt? TryOpen(Func<string, string?> locate, out string? whyNot)
    {
        try
        {
            var files = TokenizerOpener.Beside(locate);
            if (TokenizerConfig.Template(files, name => name) is not { } text)
            {
                whyNot = "it has no chat template, and a task asks for one ('chat: true')";
                return null;
            }

            var prompt = new ChatPrompt(ChatTemplate.Parse(text, ModelFileNames.ChatTemplate), TokenizerConfig.SpecialTokens(files, name => name));
            _ = prompt.Of("Hello");
            whyNot = null;
            return prompt;
        }
        catch (MergeOpsException refused) when (refused.Diagnostic.Code == Codes.TemplateNotRendered || refused.Diagnostic.Code == Codes.TokenizerUnreadable)
        {
            whyNot = $"its chat template cannot be rendered exactly: {refused.Diagnostic.Detail.TrimEnd('.')}";
            return null;
        }
    }

    /// <summary>What the model reads when a user says this and it is its turn.</summary>
    /// <exception cref="MergeOpsException">The template raises an error, or needs what is not exact here.</exception>
    public string Of(string prompt) => Of([("user", prompt)], answers: true);

    /// <summary>What the model reads of a conversation.</summary>
    /// <param name="messages">What was said, and by whom.</param>
    /// <param name="answers">Whether it is the model's turn.</param>
    /// <exception cref="MergeOpsException">The template raises an error, or needs what is not exact here.</exception>
    public string Of(IEnumerable<(string Role, string Content)> messages, bool answers)
    {
        var told = new Dictionary<string, object> { ["messages"] = messages.Select(message => new { role = message.Role, content = message.Content }).ToArray(), ["add_generation_prompt"] = answers };
        foreach (var (task, token) in special)
        {
            told[task] = token;
        }

        using var variables = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(told));
        return template.Render(variables.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, TemplateJson.Value(member.Value))), Day);
    }
}
