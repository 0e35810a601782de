using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Explaining;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>
/// Where the elements of a job's input come from: an expression over stored tensors, a value without files or arithmetic. It
/// knows its shape and number type, what it reads and what identifies it in a digest; whoever reads evaluates it tile by tile.
/// </summary>
internal abstract record TensorSource
{
    /// <summary>The dimensions; empty for a scalar.</summary>
    public abstract ImmutableArray<long> Shape { get; }

    /// <summary>The number type that its elements have, and that the output has where the recipe names none.</summary>
    public abstract DType DType { get; }

    /// <summary>The sources that it is made of; empty for a stored tensor.</summary>
    public abstract ImmutableArray<TensorSource> Parts { get; }

    /// <summary>The tensor's name in its model, which filters see.</summary>
    public virtual string Name => Parts[0].Name;

    /// <summary>The model that it belongs to: an index into <see cref="MergePlan.Models"/>.</summary>
    public virtual int Model => Parts[0].Model;

    /// <summary>Whether its elements are those of files, bit for bit, so that they can be copied without arithmetic.</summary>
    public virtual bool IsAsStored => Parts.All(part => part.IsAsStored);

    /// <summary>Bytes of input that its reader keeps in memory beside the tiles; what stages need is counted once for each job.</summary>
    public virtual long HeldBytes => Parts.Sum(part => part.HeldBytes);

    /// <summary>Bytes as they are stored of so many of its elements that follow each other.</summary>
    public virtual long BytesOf(long elements) =>
        Parts.Sum(part => part.BytesOf((long)Math.Ceiling((double)elements * part.ElementCount / Math.Max(1, ElementCount))));

    /// <summary>The stored tensors that it reads.</summary>
    public virtual IEnumerable<Stored> Reads => Parts.SelectMany(part => part.Reads);

    /// <summary>The tensors of models that it is made of: stored ones, and results of stages.</summary>
    public virtual IEnumerable<ModelTensor> Origins => Parts.SelectMany(part => part.Origins);

    /// <summary>The same with other stored tensors in the place of its own.</summary>
    /// <param name="map">Gives the other ones.</param>
    public virtual TensorSource WithStored(StoredMap map) => With([.. Parts.Select(part => part.WithStored(map))]);

    /// <summary>The number of elements; 1 for a scalar.</summary>
    public long ElementCount => CountOf(Shape.AsSpan());

    /// <summary>Writes the members that decide its elements.</summary>
    /// <param name="json">Takes them into its object.</param>
    /// <param name="contentOf">The digest that stands for the content of a stored tensor's file.</param>
    public abstract void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf);

    /// <summary>Writes what decides its elements.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="contentOf">The digest that stands for the content of a stored tensor's file.</param>
    public void WriteTo(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.BeginObject();
        WriteTerms(json, contentOf);
        json.EndObject();
    }

    /// <summary>What decides its elements, as canonical JSON.</summary>
    /// <param name="contentOf">The digest that stands for the content of a stored tensor's file.</param>
    public string Terms(Func<Stored, string?> contentOf)
    {
        var json = new CanonicalJsonWriter();
        WriteTo(json, contentOf);
        return json.ToString();
    }

    /// <summary>Where its elements come from, step by step.</summary>
    /// <param name="nameOf">What the recipe calls a model or an adapter: an index into <see cref="MergePlan.Owners"/>.</param>
    public ExplainedElements Explain(Func<int, string> nameOf) => Explain(new ToldSources(nameOf));

    /// <summary>The same within a longer explanation.</summary>
    /// <param name="told">What that has told so far.</param>
    public virtual ExplainedElements Explain(ToldSources told) => new(Operation, DType, Shape)
    {
        Settings = Settings,
        Parts = [.. Parts.Select((part, i) => new ExplainedPart(Roles.IsEmpty ? null : Roles[i], part.Explain(told)))],
    };

    /// <summary>The expression as people read it: function-like, names of tensors at its leaves.</summary>
    public abstract override string ToString();

    /// <summary>A shape as messages write it.</summary>
    public static string Text(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The number of elements of a shape.</summary>
    public static long CountOf(IEnumerable<long> shape) => CountOf([.. shape]);

    /// <summary>The number of elements of a shape.</summary>
    public static long CountOf(ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var dimension in shape)
        {
            product = checked(product * dimension);
        }

        return product;
    }

    /// <summary>The same done to other parts, of the same shapes and number types.</summary>
    protected abstract TensorSource With(ImmutableArray<TensorSource> parts);

    /// <summary>What is done to the parts, in one word.</summary>
    protected abstract string Operation { get; }

    /// <summary>How it is done, in words that explain it.</summary>
    protected virtual JsonObject Settings => [];

    /// <summary>What each of the parts is for; empty where they are alike.</summary>
    protected virtual ImmutableArray<string> Roles => [];

    /// <summary>Numbers as JSON.</summary>
    protected static JsonArray Json(IEnumerable<long> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);
}
