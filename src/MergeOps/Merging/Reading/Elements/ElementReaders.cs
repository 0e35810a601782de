using System.Collections.Frozen;
using System.Reflection;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using TorchSharp;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>What it takes to compute what stages make.</summary>
/// <param name="Device">Where tiles lie.</param>
/// <param name="Operators">The operators for it.</param>
/// <param name="Memory">The limit of all buffers together.</param>
/// <param name="Scans">What is known about all tensors together.</param>
/// <param name="Cancellation">Stops.</param>
internal sealed record StageArithmetic(torch.Device Device, OperatorSet Operators, MemoryGate Memory, KnownScans Scans, CancellationToken Cancellation)
{
    /// <summary>What is kept for later points of a search; null where there are none.</summary>
    public KnownChanges? Changes { get; init; }
}

/// <summary>Opens sources for one worker: the reader of each kind is the class that says so.</summary>
/// <param name="files">The weight files of the plan.</param>
/// <param name="buffers">The worker's memory.</param>
/// <param name="arithmetic">What computes the results of stages; null where none is read.</param>
internal sealed class ElementReaders(InputFiles files, PieceBuffers buffers, StageArithmetic? arithmetic = null) : IDisposable
{
    private static readonly FrozenDictionary<Type, ConstructorInfo> Known = new[] { "Merging/Reading/Elements", "Merging/Reading/Tiles" }
        .SelectMany(folder => new PlugInFolder(folder).Types())
        .Where(type => !type.IsAbstract)
        .Select(type => (Type: type, Kind: KindOf(type)))
        .Where(reader => reader.Kind is not null)
        .ToFrozenDictionary(reader => reader.Kind!, reader => reader.Type.GetConstructors().Single());

    private (CoreFactors Of, CoreDirections Directions)? directions;

    private readonly List<IDisposable> owned = [];

    /// <summary>The kinds of sources that can be read.</summary>
    public static IEnumerable<Type> Kinds => Known.Keys;

    /// <summary>The weight files of the plan.</summary>
    public InputFiles Files => files;

    /// <summary>The worker's memory.</summary>
    public PieceBuffers Buffers => buffers;

    /// <summary>What computes the results of stages.</summary>
    public StageArithmetic Arithmetic => arithmetic ?? throw new InvalidOperationException("what a stage makes is read, and nothing computes it");

    // what a stage makes is computed once, whoever reads it
    private Dictionary<TensorJob, ElementReader> Stages { get; init; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>A reader of a source; all that read one tensor of a stage share its reader.</summary>
    public ElementReader Open(TensorSource source)
    {
        if (source is not StageResult { IsAsStored: false } result)
        {
            return Create(source);
        }

        if (Stages.TryGetValue(result.Job, out var known))
        {
            known.Share();
            return known;
        }

        return Stages[result.Job] = Create(source);
    }

    private ElementReader Create(TensorSource source) => (ElementReader)Known[source.GetType()].Invoke(BindingFlags.DoNotWrapExceptions, null, [source, this], null);

    /// <summary>The directions of a weight's changes, which its cores share: those of the last weight are kept.</summary>
    public CoreDirections DirectionsOf(CoreFactors factors)
    {
        if (directions?.Of != factors)
        {
            directions = (factors, new CoreDirections(factors, this));
        }

        return directions.Value.Directions;
    }

    /// <summary>Readers with memory of their own, for what is read in the midst of another reading.</summary>
    public ElementReaders Within() => Own(new ElementReaders(files, new(), arithmetic) { Stages = Stages });

    /// <summary>Keeps something until these readers are disposed.</summary>
    public T Own<T>(T disposable)
        where T : IDisposable
    {
        owned.Add(disposable);
        return disposable;
    }

    /// <inheritdoc/>
    public void Dispose() => owned.ForEach(disposable => disposable.Dispose());

    private static Type? KindOf(Type? type) =>
        type is null ? null
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ElementReader<>) ? type.GetGenericArguments()[0]
        : KindOf(type.BaseType);
}
