using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>A tensor that may repeat another one of its checkpoint.</summary>
internal sealed record StoredCopy(TensorInfo Copy, TensorInfo Original);

/// <summary>What is known of the tensors of a recipe's models: what the recipe says, and by rule all that it does not say.</summary>
/// <param name="Overrides">What the recipe says.</param>
internal sealed record ArchitectureRules(ArchitectureOverrides Overrides)
{
    /// <summary>The rules alone.</summary>
    public static ArchitectureRules Usual { get; } = new(ArchitectureOverrides.None);

    /// <summary>The role of a tensor.</summary>
    public TensorRole RoleOf(TensorInfo tensor) => RoleOf(tensor.Name, tensor.Shape);

    /// <summary>The role of a tensor with a name and a shape, whether or not it is stored so.</summary>
    public TensorRole RoleOf(string name, ImmutableArray<long> shape) => StatedRole(name) ?? TensorRoles.RoleOf(name, shape);

    /// <summary>Whether the name is that of an output head itself, which models may share with their input embedding.</summary>
    public bool IsHeadMatrix(string name) =>
        RoleOf(name, []) is TensorRole.OutputHead && !name.EndsWith("bias", StringComparison.Ordinal) && !(StatesRole(name) && IsInLayer(name));

    /// <summary>Whether a tensor has a row for each token.</summary>
    public bool HasTokenRows(string name, ImmutableArray<long> shape) =>
        !shape.IsEmpty && !IsRowOfTokens(name, shape) && RoleOf(name, shape) is TensorRole.TokenEmbedding or TensorRole.OutputHead;

    /// <summary>Whether a tensor is a bias over the vocabulary that lies in one row, with a column for each token.</summary>
    public bool IsRowOfTokens(string name, ImmutableArray<long> shape) => shape is [1, > 1] && RoleOf(name, shape) is TensorRole.OutputHead;

    /// <summary>Whether a tensor of a layer has a row for each token: layers that predict tokens further ahead have their own copies of embedding and head.</summary>
    public bool IsTableOfLayer(string name) => IsInLayer(name) && (StatedRole(name) is { } role ? role is TensorRole.TokenEmbedding or TensorRole.OutputHead : TensorRoles.IsTableOfLayer(name));

    /// <summary>Whether an embedding may have rows for the first tokens alone.</summary>
    public bool MayLackTokens(string name) => StatedRole(name) is { } role ? role is TensorRole.TokenEmbedding : TensorRoles.MayLackTokens(name);

    /// <summary>Whether the recipe says what a tensor is for.</summary>
    public bool StatesRole(string name) => StatedRole(name) is not null;

    /// <summary>
    /// The name of the tensor that encoder and decoder, or a head's two biases, share where a checkpoint has it, if the given
    /// name may be a stored copy of it; else null. Heads that are tied to the embedding are told by the config instead.
    /// </summary>
    public string? OriginalOf(string name) =>
        Stated(name, stated => stated.CopyOf) is { CopyOf: { } original } copy ? copy.Tensor.Value.Replace(name, original.Value)
        : StatedRole(name) is null ? TensorRoles.OriginalOf(name)
        : null;

    /// <summary>Whether the recipe says that a tensor is a copy.</summary>
    public bool StatesCopy(string name) => Stated(name, stated => stated.CopyOf) is not null;

    /// <summary>The names that the output has for a tensor of a model; several where it stores apart what the model stores as one.</summary>
    /// <param name="model">The model, as recipes write it.</param>
    /// <param name="stored">The tensor's name there.</param>
    public ImmutableArray<string> NamesOf(string model, string stored) => Overrides.Names.IsEmpty ? [stored] : Overrides.Names
        .Where(names => names.Model.Value == model)
        .Select(names => names.Rename(stored))
        .FirstOrDefault(names => !names.IsEmpty, [stored]);

    /// <summary>The names under which copies of a tensor may be stored, whether or not they are.</summary>
    public IEnumerable<string> CopiesOf(string name) => Overrides.Tensors
        .Where(stated => stated.CopyOf?.Value.Matches(name) == true)
        .Select(stated => stated.CopyOf!.Value.Replace(name, stated.Tensor.Value)!)
        .Concat(TensorRoles.CopiesOf(name).Where(copy => OriginalOf(copy) == name))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The tensors that may be stored copies of another one of the checkpoint, each with that one.</summary>
    public IEnumerable<StoredCopy> CopiesIn(Checkpoint checkpoint) =>
        from tensor in checkpoint.Tensors.Values
        where OriginalOf(tensor.Name) is { } original && checkpoint.Tensors.ContainsKey(original) && !tensor.DType.IsFloat8()
        select new StoredCopy(tensor, checkpoint.Tensors[OriginalOf(tensor.Name)!]);

    /// <summary>The input embedding of a checkpoint, or null; of one that is stored several times the one that all libraries load.</summary>
    public TensorInfo? EmbeddingOf(Checkpoint checkpoint) =>
        EmbeddingOf(checkpoint.Tensors.Values.Select(tensor => new NamedShape(tensor.Name, tensor.Shape))) is { } name ? checkpoint.Tensors[name] : null;

    /// <summary>The name of the input embedding among tensors, or null; of one that is stored several times the one that all libraries load.</summary>
    /// <param name="tensors">Names, in ordinal order, with their shapes.</param>
    public string? EmbeddingOf(IEnumerable<NamedShape> tensors)
    {
        // looked at one by one: there may be very many, and the embedding is mostly among the first
        var tables = tensors.Where(tensor => tensor.Shape is [_, _] && RoleOf(tensor.Name, tensor.Shape) is TensorRole.TokenEmbedding);
        var first = (tables.FirstOrDefault(tensor => !IsInLayer(tensor.Name)) ?? tables.FirstOrDefault())?.Name;
        return first is not null && OriginalOf(first) is { } original && tensors.Any(tensor => tensor.Name == original) ? original : first;
    }

    /// <summary>The output head that a checkpoint stores, or null.</summary>
    public TensorInfo? HeadOf(Checkpoint checkpoint) => checkpoint.Tensors.Values.FirstOrDefault(tensor => IsHeadMatrix(tensor.Name));

    /// <summary>A tensor's name taken apart at the number of its layer; null when it belongs to none.</summary>
    public LayerName? LayerOf(string name) => PlaceOf(name)?.In(name);

    /// <summary>Whether a tensor belongs to a layer.</summary>
    public bool IsInLayer(string name) => PlaceOf(name) is not null;

    /// <summary>The layers that tensors belong to.</summary>
    public LayerMap LayersOf(IEnumerable<string> names)
    {
        var map = new LayerMap();
        foreach (var name in names)
        {
            if (PlaceOf(name) is { } place)
            {
                map.Add(name, place);
            }
        }

        return map;
    }

    /// <summary>Whether a tensor outside the layers belongs to the first slice; otherwise it belongs to the last.</summary>
    public bool ComesBeforeLayers(string name) =>
        Stated(name, stated => stated.IsBeforeLayers)?.IsBeforeLayers
        ?? (StatedRole(name) is TensorRole.TokenEmbedding || (TensorRoles.ComesBeforeLayers(name) && !IsHeadMatrix(name)));

    private LayerPlace? PlaceOf(string name) => Overrides.Layers.IsEmpty
        ? TensorNames.PlaceOf(name)
        : Overrides.Layers.Select(stack => stack.Value.LayerIn(name)).FirstOrDefault(layer => layer is not null);

    private TensorRole? StatedRole(string name) => Stated(name, stated => stated.Role)?.Role;

    // the first statement of one kind that takes the tensor
    private TensorOverride? Stated(string name, Func<TensorOverride, object?> kind) =>
        Overrides.Tensors.IsEmpty ? null : Overrides.Tensors.FirstOrDefault(stated => kind(stated) is not null && stated.Tensor.Value.Matches(name));
}
