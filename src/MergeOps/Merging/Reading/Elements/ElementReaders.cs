using System.Collections.Frozen;
using System.Reflection;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Opens sources for one worker: the reader of each kind is the class that says so.</summary>
/// <param name="files">The weight files of the plan.</param>
/// <param name="buffers">The worker's memory.</param>
internal sealed class ElementReaders(InputFiles files, PieceBuffers buffers)
{
    private static readonly FrozenDictionary<Type, ConstructorInfo> Known = typeof(ElementReaders).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, Namespace: not null } && type.Namespace == typeof(ElementReaders).Namespace)
        .Select(type => (Type: type, Kind: KindOf(type)))
        .Where(reader => reader.Kind is not null)
        .ToFrozenDictionary(reader => reader.Kind!, reader => reader.Type.GetConstructors().Single());

    private (CoreFactors Of, CoreDirections Directions)? directions;

    /// <summary>The kinds of sources that can be read.</summary>
    public static IEnumerable<Type> Kinds => Known.Keys;

    /// <summary>The weight files of the plan.</summary>
    public InputFiles Files => files;

    /// <summary>The worker's memory.</summary>
    public PieceBuffers Buffers => buffers;

    /// <summary>A reader of a source.</summary>
    public ElementReader Open(TensorSource source) => (ElementReader)Known[source.GetType()].Invoke(BindingFlags.DoNotWrapExceptions, null, [source, this], null);

    /// <summary>The directions of a weight's changes, which its cores share: those of the last weight are kept.</summary>
    public CoreDirections DirectionsOf(CoreFactors factors)
    {
        if (directions?.Of != factors)
        {
            directions = (factors, new CoreDirections(factors, this));
        }

        return directions.Value.Directions;
    }

    private static Type? KindOf(Type? type) =>
        type is null ? null
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ElementReader<>) ? type.GetGenericArguments()[0]
        : KindOf(type.BaseType);
}
