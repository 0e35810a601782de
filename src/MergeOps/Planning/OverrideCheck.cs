using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Holds what a recipe says of its checkpoints against their tensors: each statement must mean some, and none may contradict another one or a shape.</summary>
internal sealed class OverrideCheck
{
    private const int MostNamed = 3;

    private readonly ArchitectureRules rules;
    private readonly ImmutableArray<ModelMetadata> models;
    private readonly ModelMetadata donor;
    private readonly TensorMap<TensorSource> donors;
    private readonly DiagnosticBag diagnostics;

    private OverrideCheck(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        (rules, this.models, this.diagnostics) = (recipe.Architecture, models, diagnostics);
        donor = models.First(metadata => metadata.Model.Value == ReferencedModels.DonorOf(recipe));
        donors = ModelSources.Of(models.IndexOf(donor), donor);
    }

    /// <summary>An error for each statement that fits no tensor or contradicts something.</summary>
    /// <returns>Whether there is none.</returns>
    public static bool Run(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        if (recipe.Architecture.Overrides == ArchitectureOverrides.None)
        {
            return true;
        }

        var before = diagnostics.Count();
        var check = new OverrideCheck(recipe, models, diagnostics);
        check.CheckNames();
        if (diagnostics.Count() == before)
        {
            check.CheckTensors();
        }

        return diagnostics.Count() == before;
    }

    private void CheckNames()
    {
        foreach (var names in rules.Overrides.Names)
        {
            // the recipe's own check has spoken of models that take no part
            if (models.FirstOrDefault(metadata => metadata.Model.Value.ToString() == names.Model.Value) is not { } metadata)
            {
                continue;
            }

            if (ReferenceEquals(metadata, donor))
            {
                Contradicts($"{metadata.Model.Value} gives the output its config and its names. Give the names of the other models instead.", names.Model.Span);
            }
            else if (!metadata.Checkpoint.Tensors.Keys.Any(name => !names.Rename(name).IsEmpty))
            {
                NoTensor($"No tensor of {metadata.Model.Value} begins with {TerminalText.Quoted(names.From.Value.Text)}. It has {PatternText.Of(metadata.Checkpoint.Tensors.Keys, MostNamed)}.", names.From.Span);
            }
            else if (TwoOfOneName(metadata, names) is { } same)
            {
                Contradicts($"{string.Join(" and ", same.Select(TerminalText.Quoted))} of {metadata.Model.Value} would both be {TerminalText.Quoted(same.Key)}.", names.From.Span);
            }
            else if (names.To.Length > 1)
            {
                CheckRows(metadata, names);
            }
        }
    }

    private static IGrouping<string, string>? TwoOfOneName(ModelMetadata metadata, NameOverride names) => metadata.Checkpoint.Tensors.Keys
        .SelectMany(stored => metadata.NamesOf(stored).Select(name => (Stored: stored, Name: name)))
        .GroupBy(tensor => tensor.Name, tensor => tensor.Stored, StringComparer.Ordinal)
        .FirstOrDefault(alike => alike.Skip(1).Any() && alike.Any(stored => names.Rename(stored).Contains(alike.Key)));

    private void CheckRows(ModelMetadata metadata, NameOverride names)
    {
        var own = ModelSources.Of(models.IndexOf(metadata), metadata);
        var split = own.Where(tensor => names.Rename(tensor.Key) is [_, _, ..] parts && parts.SequenceEqual(metadata.NamesOf(tensor.Key))).ToList();
        if (split.Select(tensor => (tensor.Key, Order: FusedAttention.OrderOf(tensor.Key, metadata.Config))).FirstOrDefault(tensor => tensor.Order is not null) is { Key: { } mixed, Order: { } order })
        {
            Contradicts($"The rows of {TerminalText.Quoted(mixed)} of {metadata.Model.Value} are not those of {NameList.Of(names.Rename(mixed))} one after the other: they are {order}. Save the model with separate projections first, and name the result.", names.From.Span);
            return;
        }

        if (split.Find(tensor => ModelSources.RowsOf(names.Rename(tensor.Key), tensor.Value, donors) is null) is { Key: { } name, Value: var source })
        {
            Contradicts($"{TerminalText.Quoted(name)} of {metadata.Model.Value} is [{string.Join(", ", source.Shape)}], and its rows are not those of {NameList.Of(names.Rename(name))} in {donor.Model.Value}.", names.From.Span);
        }
    }

    private void CheckTensors()
    {
        var tensors = models.Index().SelectMany(model => ModelSources.Named(model.Item, ModelSources.Of(model.Index, model.Item), donors)).ToList();
        foreach (var stack in rules.Overrides.Layers.Where(stack => !tensors.Exists(tensor => stack.Value.LayerIn(tensor.Key) is not null)))
        {
            NoTensor($"No tensor's name has the number of a layer after {TerminalText.Quoted(stack.Value.Text)}. There are {PatternText.Of(tensors.Select(tensor => tensor.Key).Distinct(StringComparer.Ordinal), MostNamed)}.", stack.Span);
        }

        foreach (var stated in rules.Overrides.Tensors)
        {
            var meant = tensors.FindAll(tensor => stated.Tensor.Value.Matches(tensor.Key));
            if (meant.Count == 0)
            {
                NoTensor($"No tensor is called {TerminalText.Quoted(stated.Tensor.Value.Text)}.{Suggestion(stated.Tensor.Value.Text, tensors)}", stated.Tensor.Span);
                continue;
            }

            CheckEarlier(stated, meant);
            CheckShape(stated, meant, tensors);
            CheckCopy(stated, tensors);
        }
    }

    private void CheckEarlier(TensorOverride stated, List<KeyValuePair<string, TensorSource>> meant)
    {
        foreach (var earlier in rules.Overrides.Tensors.TakeWhile(earlier => !ReferenceEquals(earlier, stated)))
        {
            var differs = (earlier.Role ?? stated.Role) != (stated.Role ?? earlier.Role)
                || (earlier.CopyOf?.Value.Text ?? stated.CopyOf?.Value.Text) != (stated.CopyOf?.Value.Text ?? earlier.CopyOf?.Value.Text)
                || (earlier.IsBeforeLayers ?? stated.IsBeforeLayers) != (stated.IsBeforeLayers ?? earlier.IsBeforeLayers);
            if (differs && meant.Find(tensor => earlier.Tensor.Value.Matches(tensor.Key)).Key is { } name)
            {
                Contradicts($"Line {earlier.Tensor.Span.Line} says something else about {TerminalText.Quoted(name)}.", stated.Tensor.Span);
            }
        }
    }

    private void CheckShape(TensorOverride stated, List<KeyValuePair<string, TensorSource>> meant, List<KeyValuePair<string, TensorSource>> tensors)
    {
        foreach (var (name, source) in meant)
        {
            var shape = $"{TerminalText.Quoted(name)} is [{string.Join(", ", source.Shape)}] in {models[source.Model].Model.Value}";
            var problem = stated.Role switch
            {
                TensorRole.TokenEmbedding when source.Shape is not [_, _] => $"{shape}, and an embedding has a row for each token.",
                TensorRole.OutputHead when source.Shape.IsEmpty => $"{shape}, and a head has a row for each token.",
                TensorRole.TokenEmbedding or TensorRole.OutputHead when rules.LayerOf(name) is { } layer && IsInEveryLayer(layer, tensors) =>
                    $"{TerminalText.Quoted(name)} belongs to layer {layer.Layer} of {TerminalText.Quoted(layer.Stack)}: an {(stated.Role is TensorRole.OutputHead ? "output head" : "embedding")} lies outside the layers.",
                _ => null,
            };
            problem ??= stated.IsBeforeLayers is not null && rules.LayerOf(name) is { } of
                ? $"{TerminalText.Quoted(name)} belongs to layer {of.Layer} of {TerminalText.Quoted(of.Stack)}: the slice with that layer gives it."
                : null;
            if (problem is not null)
            {
                Contradicts(problem, stated.Tensor.Span);
                return;
            }
        }
    }

    // layers that predict tokens further ahead have an embedding and a head of their own
    private bool IsInEveryLayer(LayerName place, List<KeyValuePair<string, TensorSource>> tensors)
    {
        var stack = tensors.Select(tensor => rules.LayerOf(tensor.Key)).OfType<LayerName>().Where(other => other.Stack == place.Stack).Distinct().ToLookup(other => other.Suffix == place.Suffix, other => other.Layer);
        return stack[false].All(stack[true].Contains);
    }

    private void CheckCopy(TensorOverride stated, List<KeyValuePair<string, TensorSource>> tensors)
    {
        if (stated.CopyOf is not { } original)
        {
            return;
        }

        if (!tensors.Exists(tensor => original.Value.Matches(tensor.Key)))
        {
            NoTensor($"No tensor is called {TerminalText.Quoted(original.Value.Text)}.{Suggestion(original.Value.Text, tensors)}", original.Span);
            return;
        }

        foreach (var metadata in models)
        {
            var stored = metadata.Checkpoint.Tensors.Values.ToLookup(tensor => metadata.NamesOf(tensor.Name)[0], StringComparer.Ordinal);
            foreach (var copy in stored.Where(tensor => stated.Tensor.Value.Matches(tensor.Key)))
            {
                var same = stored[rules.OriginalOf(copy.Key) ?? ""].FirstOrDefault();
                if (same is not null && copy.First().Name == copy.Key && (!same.Shape.SequenceEqual(copy.First().Shape) || (metadata.Remote is null && !metadata.EqualCopies.Contains(copy.First().Name))))
                {
                    Contradicts($"{TerminalText.Quoted(copy.First().Name)} of {metadata.Model.Value} is not a copy: {TerminalText.Quoted(same.Name)} there has a different shape, or different numbers.", stated.Tensor.Span);
                    return;
                }
            }
        }
    }

    // a name that was cut off is more than a few letters away
    private static string Suggestion(string text, List<KeyValuePair<string, TensorSource>> tensors)
    {
        var patterns = tensors.Select(tensor => TensorNames.PatternOf(tensor.Key)).Distinct(StringComparer.Ordinal).ToList();
        return patterns.Find(pattern => pattern.StartsWith(text + ".", StringComparison.Ordinal)) is { } longer
            ? $" Did you mean {TerminalText.Quoted(longer)}?"
            : NearestName.Suggestion(text, patterns);
    }

    private void NoTensor(string detail, SourceSpan span) => diagnostics.Error(Codes.OverrideWithoutTensor, detail, span);

    private void Contradicts(string detail, SourceSpan span) => diagnostics.Error(Codes.OverrideContradicts, detail, span);
}
