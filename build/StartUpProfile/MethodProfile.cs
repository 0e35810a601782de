using Mono.Cecil;
using Mono.Cecil.Cil;

namespace StartUpProfile;

/// <summary>
/// Methods to be compiled ahead of time, in the form that crossgen2 reads by <c>--mibc</c>: an assembly whose code names groups
/// of methods, each a method that loads the others' tokens.
/// </summary>
internal sealed class MethodProfile
{
    private readonly KnownAssemblies assemblies;
    private readonly AssemblyDefinition profile = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("StartUp", new Version(1, 0)), "StartUp", ModuleKind.Dll);
    private readonly TypeReference shared;
    private readonly List<MethodReference> methods = [];

    /// <summary>No methods yet.</summary>
    public MethodProfile(KnownAssemblies assemblies)
    {
        this.assemblies = assemblies;
        // crossgen2's own name for the code that all reference types share
        var place = new AssemblyNameReference("System.Private.Canon", new Version(0, 0));
        profile.MainModule.AssemblyReferences.Add(place);
        shared = new TypeReference("System", "__Canon", profile.MainModule, place, valueType: false);
    }

    /// <summary>The number of methods.</summary>
    public int Count => methods.Count;

    /// <summary>Takes a method with all of its overloads of as many parameters.</summary>
    /// <param name="name">As <see cref="CompilationTrace.Of"/> spells it.</param>
    /// <returns>False when it is in no assembly: some are made by the runtime or by the compiler of a library.</returns>
    public bool TryAdd(string name)
    {
        var (typeEnd, sizeStart) = (name.IndexOf("::", StringComparison.Ordinal), name.LastIndexOf('('));
        var text = new TypeText(name[..typeEnd]);
        if (text.Read(Find) is not { } owner || assemblies.Find(name[..typeEnd].Split('[')[0]) is not { } definition)
        {
            return false;
        }

        var method = new TypeText(name[(typeEnd + 2)..sizeStart]);
        var methodName = method.Word();
        var arguments = method.Arguments(Find);
        var parameters = int.Parse(name[(sizeStart + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
        var found = definition.Methods.Where(each => each.Name == methodName && each.Parameters.Count == parameters && each.GenericParameters.Count == arguments?.Count && each.HasBody).ToList();
        methods.AddRange(found.Select(each => Instance(each, owner, arguments!)));
        return found.Count > 0;
    }

    /// <summary>Writes the file; the same methods are always the same bytes.</summary>
    public void Write(string path)
    {
        var group = Method("Methods");
        var tokens = group.Body.GetILProcessor();
        foreach (var method in methods)
        {
            tokens.Emit(OpCodes.Ldtoken, method);
            tokens.Emit(OpCodes.Pop);
        }

        tokens.Emit(OpCodes.Ret);
        var directory = Method("AssemblyDictionary");
        var lines = directory.Body.GetILProcessor();
        // a group is named after the assembly that may hold it
        lines.Emit(OpCodes.Ldstr, "MergeOps");
        lines.Emit(OpCodes.Ldtoken, group);
        lines.Emit(OpCodes.Pop);
        lines.Emit(OpCodes.Ret);
        var code = profile.MainModule.Types.Single(type => type.Name == "<Module>").Methods;
        code.Add(group);
        code.Add(directory);
        profile.Write(path, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
    }

    private MethodDefinition Method(string name) => new(name, MethodAttributes.Public | MethodAttributes.Static, profile.MainModule.TypeSystem.Void);

    private TypeReference? Find(string name) =>
        name == "System.__Canon" ? shared : assemblies.Find(name) is { } type ? profile.MainModule.ImportReference(type) : null;

    private MethodReference Instance(MethodDefinition definition, TypeReference owner, List<TypeReference> arguments)
    {
        var imported = profile.MainModule.ImportReference(definition);
        var method = new MethodReference(imported.Name, imported.ReturnType, owner) { HasThis = imported.HasThis, CallingConvention = imported.CallingConvention };
        foreach (var parameter in imported.Parameters)
        {
            method.Parameters.Add(new(parameter.ParameterType));
        }

        if (arguments.Count == 0)
        {
            return method;
        }

        foreach (var parameter in definition.GenericParameters)
        {
            method.GenericParameters.Add(new(parameter.Name, method));
        }

        var instance = new GenericInstanceMethod(method);
        foreach (var argument in arguments)
        {
            instance.GenericArguments.Add(argument);
        }

        return instance;
    }
}
