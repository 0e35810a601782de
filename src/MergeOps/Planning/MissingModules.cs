using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Says why a model may lack what an adapter changes, and what helps.</summary>
internal static class MissingModules
{
    private static readonly string[] DiffusersBlocks = ["down_blocks", "up_blocks", "mid_block", "text_model_encoder_layers", "text_model.encoder.layers"];

    /// <summary>The end of a sentence that says what the model lacks; empty where nothing is known.</summary>
    /// <param name="match">What was found.</param>
    /// <param name="lacking">What was not.</param>
    /// <param name="metadata">What is known of the model.</param>
    /// <param name="adapter">What is known of the adapter.</param>
    public static string Why(LoraMatch match, List<string> lacking, ModelMetadata metadata, AdapterMetadata adapter)
    {
        if (!match.Rivals.IsEmpty)
        {
            return $" under these names; they fit under {NameList.Of([.. match.Rivals.Select(rival => rival + "…")])}, and it is unclear which is meant. Apply the adapter with PEFT to the model it was trained on, and name the result";
        }

        const string Experts = ".experts.";
        var names = metadata.Checkpoint.Tensors.Keys;
        if (lacking.Find(name => name.Split(Experts) is [_, [>= '0' and <= '9', ..]]) is { } expert
            && expert[..(expert.IndexOf(Experts, StringComparison.Ordinal) + Experts.Length)] is var stack
            && names.FirstOrDefault(name => name.StartsWith(stack, StringComparison.Ordinal) && name.Length > stack.Length && !char.IsAsciiDigit(name[stack.Length])) is { } together)
        {
            return $": it stores all experts of a layer together ({TerminalText.Quoted(together)}), and the adapter changes each by itself. Name a copy of the model that stores each expert in tensors of its own";
        }

        if (metadata.Checkpoint.Tensors.Keys.Any(IsOfTrainingCode) && lacking.Exists(name => DiffusersBlocks.Any(block => name.Contains(block, StringComparison.Ordinal))))
        {
            return $": it has the names of the original code ({TerminalText.Quoted(metadata.Checkpoint.Tensors.Keys.First(IsOfTrainingCode))}), and the adapter those of diffusers, which number the blocks differently. Name the folder of the same model in diffusers' layout (unet, text_encoder, …), or apply the adapter with the trainer's own script, and name the result";
        }

        var other = match.Modules.IsEmpty && match.Replaced.IsEmpty && match.Lacking.Length > 1
            ? $". If it was trained on this model, one of the two has the names of another library. {Adapters.AppliedBy(adapter.Checkpoint.Tensors.Keys, adapter.Settings is not null)}"
            : "";
        return Nearest(lacking[0], names) is { } nearest
            ? $" (the nearest name there is {TerminalText.Quoted(nearest)}{(SharesEnd(lacking[0], nearest) ? "; under its prefix not all of the adapter is found or fits" : "")}){other}"
            : other;
    }

    private static bool IsOfTrainingCode(string name) => name.Contains("input_blocks.", StringComparison.Ordinal) || name.Contains("transformer.resblocks.", StringComparison.Ordinal);

    // the name with the most parts of the wanted one, the last ones above all
    private static string? Nearest(string wanted, IEnumerable<string> names)
    {
        var parts = PartsOf(wanted);
        return names
            .OrderByDescending(name => PartsOf(name) is var own ? own.Count(part => parts.Contains(part, StringComparer.Ordinal)) + (own.Length > 0 && own[^1] == parts[^1] ? 1 : 0) : 0)
            .ThenBy(name => name, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static bool SharesEnd(string wanted, string name) => PartsOf(wanted) is [.., var before, var last] && PartsOf(name) is [.., var beforeOfName, var lastOfName] && (before, last) == (beforeOfName, lastOfName);

    // adapters name modules, and some trainers write their dots as underscores
    private static string[] PartsOf(string name) =>
        (name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name).Split('.', '_');
}
