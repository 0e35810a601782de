using Mono.Cecil;

namespace StartUpProfile;

/// <summary>Types by their names in the runtime's spelling, nested ones after a plus sign.</summary>
internal sealed class KnownAssemblies : IDisposable
{
    // the runtime's listings call these by the compiler's words
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["bool"] = "System.Boolean",
        ["char"] = "System.Char",
        ["byte"] = "System.Byte",
        ["ubyte"] = "System.Byte",
        ["sbyte"] = "System.SByte",
        ["short"] = "System.Int16",
        ["ushort"] = "System.UInt16",
        ["int"] = "System.Int32",
        ["uint"] = "System.UInt32",
        ["long"] = "System.Int64",
        ["ulong"] = "System.UInt64",
        ["float"] = "System.Single",
        ["double"] = "System.Double",
    };

    private readonly Dictionary<string, TypeDefinition> types = new(StringComparer.Ordinal);
    private readonly List<AssemblyDefinition> assemblies = [];

    /// <summary>The types of every assembly in some folders.</summary>
    public KnownAssemblies(IEnumerable<string> folders)
    {
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")).Order(StringComparer.Ordinal))
        {
            try
            {
                assemblies.Add(AssemblyDefinition.ReadAssembly(file));
            }
            catch (BadImageFormatException)
            {
                // a native library
                continue;
            }

            foreach (var type in assemblies[^1].MainModule.Types)
            {
                Add(type, type.FullName);
            }
        }
    }

    /// <summary>The type of a name without type arguments; null when no assembly has it.</summary>
    public TypeDefinition? Find(string name) => types.GetValueOrDefault(Words.GetValueOrDefault(name, name));

    /// <inheritdoc/>
    public void Dispose() => assemblies.ForEach(assembly => assembly.Dispose());

    private void Add(TypeDefinition type, string name)
    {
        types.TryAdd(name, type);
        foreach (var nested in type.NestedTypes)
        {
            Add(nested, $"{name}+{nested.Name}");
        }
    }
}
