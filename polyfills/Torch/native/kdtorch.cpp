// A C interface over libtorch for the managed half of this polyfill: one generic call by operator name through the c10
// dispatcher, a few direct functions where a call per element would cost too much, and the optimizers in one crossing per step.
// Compiles against libtorch 1.13 up to the current one. No exception leaves this file.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/cuda.h>
#include <torch/version.h>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define KD_API extern "C" __attribute__((visibility("default")))

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#include <optional>
template <class T> using Optional = std::optional<T>;
#else
template <class T> using Optional = c10::optional<T>;
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define KD_CLONES __attribute__((target_clones("arch=haswell", "default")))
#else
#define KD_CLONES
#endif

using c10::IValue;
using Impl = c10::TensorImpl;
using ImplPtr = c10::intrusive_ptr<Impl, c10::UndefinedTensorImpl>;

namespace {

thread_local std::string last_error;

int fail(const char* message) {
    last_error = message ? message : "unknown error";
    return 1;
}

template <class F> int guard(F&& f) {
    try {
        f();
        return 0;
    } catch (const c10::Error& e) {
        return fail(e.what_without_backtrace());
    } catch (const std::exception& e) {
        return fail(e.what());
    } catch (...) {
        return fail("an exception that is not a std::exception");
    }
}

// A handle is a TensorImpl with one reference owned by the managed object. borrow() adds a reference for as long as the
// at::Tensor lives, so that another thread's dispose cannot free it under a running operator.
at::Tensor borrow(void* handle) {
    if (!handle) return at::Tensor();
    auto* impl = static_cast<Impl*>(handle);
    c10::raw::intrusive_ptr::incref(impl);
    return at::Tensor(ImplPtr::reclaim(impl));
}

void* release(at::Tensor t) { return t.defined() ? t.unsafeReleaseTensorImpl() : nullptr; }

std::vector<at::Tensor> borrow_all(void** handles, int n) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(n);
    for (int i = 0; i < n; i++) tensors.push_back(borrow(handles[i]));
    return tensors;
}

c10::Device device_of(int64_t code) {
    return c10::Device(c10::DeviceType(code >> 16), c10::DeviceIndex(int16_t(code & 0xffff)));
}

int64_t code_of(c10::Device d) { return (int64_t(d.type()) << 16) | uint16_t(int16_t(d.index())); }

// Mirrors Interop/Value.cs.
enum Tag : int32_t { NONE, TENSOR, INT, DOUBLE, BOOL, INTS, DOUBLES, TENSORS, OPTIONAL_TENSORS, STRING, DEVICE, GENERATOR, DEFAULT };

struct Value {
    int32_t tag;
    int32_t count;
    union {
        int64_t i;
        double d;
        void* p;
    };
};
static_assert(sizeof(Value) == 16, "Interop/Value.cs has the same layout");

struct Operator {
    c10::OperatorHandle handle;
    std::vector<uint8_t> wants_double;  // the schema says float: an integer given is widened
    std::vector<uint8_t> wants_list;    // the schema says int[]: one integer given becomes a list of one
    std::vector<Optional<IValue>> defaults;

    explicit Operator(c10::OperatorHandle h) : handle(h) {
        for (const auto& argument : handle.schema().arguments()) {
            auto type = argument.type();
            if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
            wants_double.push_back(type->kind() == c10::TypeKind::FloatType);
            wants_list.push_back(type->kind() == c10::TypeKind::ListType);
            defaults.push_back(argument.default_value());
        }
    }

    const IValue& default_of(size_t k) const {
        if (!defaults[k]) throw std::runtime_error(handle.schema().name() + ": argument '" + handle.schema().arguments()[k].name() + "' is missing");
        return *defaults[k];
    }
};

void push(torch::jit::Stack& stack, const Value& v, const Operator& op, size_t k) {
    switch (v.tag) {
        case NONE: stack.emplace_back(); break;
        case TENSOR: stack.emplace_back(borrow(v.p)); break;
        case INT:
            if (op.wants_double[k]) stack.emplace_back(double(v.i));
            else if (op.wants_list[k]) stack.emplace_back(c10::List<int64_t>({v.i}));
            else stack.emplace_back(v.i);
            break;
        case DOUBLE: stack.emplace_back(v.d); break;
        case BOOL: stack.emplace_back(v.i != 0); break;
        case INTS: {
            auto* p = static_cast<int64_t*>(v.p);
            c10::List<int64_t> list;
            list.reserve(v.count);
            for (int j = 0; j < v.count; j++) list.push_back(p[j]);
            stack.emplace_back(std::move(list));
            break;
        }
        case DOUBLES: {
            auto* p = static_cast<double*>(v.p);
            c10::List<double> list;
            list.reserve(v.count);
            for (int j = 0; j < v.count; j++) list.push_back(p[j]);
            stack.emplace_back(std::move(list));
            break;
        }
        case TENSORS: {
            auto** p = static_cast<void**>(v.p);
            c10::List<at::Tensor> list;
            list.reserve(v.count);
            for (int j = 0; j < v.count; j++) list.push_back(borrow(p[j]));
            stack.emplace_back(std::move(list));
            break;
        }
        case OPTIONAL_TENSORS: {
            auto** p = static_cast<void**>(v.p);
            c10::List<Optional<at::Tensor>> list;
            list.reserve(v.count);
            for (int j = 0; j < v.count; j++) list.push_back(p[j] ? Optional<at::Tensor>(borrow(p[j])) : Optional<at::Tensor>());
            stack.emplace_back(std::move(list));
            break;
        }
        case STRING: stack.emplace_back(std::string(static_cast<const char*>(v.p), v.count)); break;
        case DEVICE: stack.emplace_back(device_of(v.i)); break;
        case GENERATOR: stack.emplace_back(*static_cast<at::Generator*>(v.p)); break;
        case DEFAULT: stack.push_back(op.default_of(k)); break;
        default: throw std::runtime_error("unknown argument tag");
    }
}

void** new_list(size_t n) { return static_cast<void**>(std::malloc(sizeof(void*) * (n + 1))); }

void pop(IValue&& v, Value& o) {
    o.count = 0;
    o.i = 0;
    if (v.isTensor()) {
        o.tag = TENSOR;
        o.p = release(std::move(v).toTensor());
    } else if (v.isNone()) {
        o.tag = NONE;
    } else if (v.isInt()) {
        o.tag = INT;
        o.i = v.toInt();
    } else if (v.isDouble()) {
        o.tag = DOUBLE;
        o.d = v.toDouble();
    } else if (v.isBool()) {
        o.tag = BOOL;
        o.i = v.toBool();
    } else if (v.isTensorList()) {
        auto list = v.toTensorVector();
        o.tag = TENSORS;
        o.count = int(list.size());
        auto** p = new_list(list.size());
        for (size_t j = 0; j < list.size(); j++) p[j] = release(list[j]);
        o.p = p;
    } else if (v.isTuple()) {
        const auto& elements = v.toTupleRef().elements();
        o.tag = TENSORS;
        o.count = int(elements.size());
        auto** p = new_list(elements.size());
        for (size_t j = 0; j < elements.size(); j++) p[j] = elements[j].isTensor() ? release(elements[j].toTensor()) : nullptr;
        o.p = p;
    } else {
        throw std::runtime_error("unsupported return type " + v.tagKind());
    }
}

Optional<bool> optional_bool(int v) { return v < 0 ? Optional<bool>() : Optional<bool>(v != 0); }

at::Tensor dense_gradient(const at::Tensor& p, bool maximize, const char* who) {
    auto g = p.grad();
    if (!g.defined()) return g;
    if (g.is_sparse()) throw std::runtime_error(std::string(who) + " does not support sparse gradients");
    return maximize ? g.neg() : g;
}

bool plain_float(const at::Tensor& t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.is_contiguous(); }

struct AdamRange {
    float *p, *m, *v;
    const float* g;
    float beta1, beta2, one_minus_beta1, one_minus_beta2, step_size, inverse_root_correction, eps, decay, l2;
};

KD_CLONES void adam_range(const AdamRange& a, int64_t begin, int64_t end) {
    float *p = a.p, *m = a.m, *v = a.v;
    const float* g = a.g;
    const float beta1 = a.beta1, beta2 = a.beta2, c1 = a.one_minus_beta1, c2 = a.one_minus_beta2;
    const float step_size = a.step_size, root = a.inverse_root_correction, eps = a.eps, decay = a.decay, l2 = a.l2;
#pragma GCC ivdep
    for (int64_t k = begin; k < end; k++) {
        const float w = p[k] * decay, x = g[k] + l2 * p[k];
        const float mk = m[k] * beta1 + c1 * x, vk = v[k] * beta2 + c2 * x * x;
        m[k] = mk;
        v[k] = vk;
        p[k] = w - step_size * mk / (std::sqrt(vk) * root + eps);
    }
}

#if defined(__GLIBC__)
// Batches are freed and asked for again at every step; with the default thresholds each large one is a mmap, page faults and
// a munmap, which doubles the step of an embedding model. Few arenas, because each keeps what its threads freed. Whoever sets
// glibc's own knobs is not overruled.
__attribute__((constructor)) void keep_freed_memory() {
    if (std::getenv("GLIBC_TUNABLES") || std::getenv("MALLOC_ARENA_MAX")) return;
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_ARENA_MAX, 4);
}
#endif

}  // namespace

KD_API const char* kd_last_error() { return last_error.c_str(); }
KD_API const char* kd_version() { return TORCH_VERSION; }

// ---- operators by name

KD_API void* kd_find(const char* name, const char* overload) {
    void* found = nullptr;
    guard([&] {
        auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!handle) throw std::runtime_error(std::string("this libtorch (" TORCH_VERSION ") has no operator ") + name + "." + overload);
        found = new Operator(*handle);
    });
    return found;
}

KD_API int kd_call(void* handle, const Value* arguments, int given, Value* results, int* count) {
    return guard([&] {
        const auto& op = *static_cast<Operator*>(handle);
        const size_t wanted = op.defaults.size();
        if (size_t(given) > wanted) throw std::runtime_error(op.handle.schema().name() + ": too many arguments");
        torch::jit::Stack stack;
        stack.reserve(wanted + 2);
        for (int k = 0; k < given; k++) push(stack, arguments[k], op, k);
        for (size_t k = given; k < wanted; k++) stack.push_back(op.default_of(k));
        op.handle.callBoxed(stack);
        if (int(stack.size()) > *count) throw std::runtime_error(op.handle.schema().name() + ": too few result slots");
        *count = int(stack.size());
        for (size_t k = 0; k < stack.size(); k++) pop(std::move(stack[k]), results[k]);
    });
}

KD_API void kd_free_list(void* list) { std::free(list); }

// ---- tensors

KD_API void kd_free(void* handle) {
    if (handle) auto t = at::Tensor(ImplPtr::reclaim(static_cast<Impl*>(handle)));
}

KD_API void* kd_alias(void* handle) { return release(borrow(handle)); }
KD_API int kd_dim(void* handle) { return int(static_cast<Impl*>(handle)->dim()); }
KD_API int kd_dtype(void* handle) { return int(c10::typeMetaToScalarType(static_cast<Impl*>(handle)->dtype())); }
KD_API int64_t kd_numel(void* handle) { return static_cast<Impl*>(handle)->numel(); }
KD_API int kd_itemsize(void* handle) { return int(static_cast<Impl*>(handle)->itemsize()); }
KD_API int64_t kd_device(void* handle) { return code_of(static_cast<Impl*>(handle)->device()); }
KD_API int kd_requires_grad(void* handle) { return borrow(handle).requires_grad(); }
KD_API int kd_is_leaf(void* handle) { return borrow(handle).is_leaf(); }
KD_API int kd_is_sparse(void* handle) { return borrow(handle).is_sparse(); }
KD_API int kd_is_contiguous(void* handle) { return borrow(handle).is_contiguous(); }

KD_API void kd_sizes(void* handle, int64_t* sizes) {
    auto s = static_cast<Impl*>(handle)->sizes();
    std::memcpy(sizes, s.data(), s.size() * sizeof(int64_t));
}

KD_API int kd_strides(void* handle, int64_t* strides) {
    return guard([&] {
        auto s = borrow(handle).strides();
        std::memcpy(strides, s.data(), s.size() * sizeof(int64_t));
    });
}

KD_API void* kd_data(void* handle) {
    void* data = nullptr;
    guard([&] { data = borrow(handle).data_ptr(); });
    return data;
}

KD_API int kd_set_requires_grad(void* handle, int on) {
    return guard([&] { borrow(handle).set_requires_grad(on != 0); });
}

KD_API int kd_retain_grad(void* handle) {
    return guard([&] { borrow(handle).retain_grad(); });
}

KD_API int kd_grad(void* handle, void** gradient) {
    return guard([&] { *gradient = release(borrow(handle).grad()); });
}

KD_API int kd_set_grad(void* handle, void* gradient) {
    return guard([&] { borrow(handle).mutable_grad() = borrow(gradient); });
}

// Puts another tensor's data under this handle: the tensor stays the same object, so whoever holds it stays valid.
KD_API int kd_set_data(void* handle, void* data) {
    return guard([&] { borrow(handle).set_data(borrow(data)); });
}

// Copies contiguous host memory into a new tensor of the same element type.
KD_API int kd_from_host(const void* data, const int64_t* sizes, int dims, int dtype, int64_t device, void** result) {
    return guard([&] {
        auto t = at::empty(at::IntArrayRef(sizes, dims), at::TensorOptions().dtype(c10::ScalarType(dtype)));
        if (t.nbytes() > 0) std::memcpy(t.data_ptr(), data, t.nbytes());
        auto d = device_of(device);
        *result = release(d.is_cpu() ? t : t.to(d));
    });
}

// Copies a tensor of any layout and device to host memory, row-major.
KD_API int kd_to_host(void* handle, void* destination, int64_t bytes) {
    return guard([&] {
        auto t = borrow(handle).detach().cpu().contiguous();
        if (int64_t(t.nbytes()) > bytes) throw std::runtime_error("the destination is shorter than the tensor");
        if (t.nbytes() > 0) std::memcpy(destination, t.data_ptr(), t.nbytes());
    });
}

KD_API int kd_from_host_into(void* handle, const void* source, int64_t bytes) {
    return guard([&] {
        c10::NoGradGuard no_grad;
        auto t = borrow(handle);
        if (int64_t(t.nbytes()) != bytes) throw std::runtime_error("the source's length is not the tensor's");
        auto host = at::empty(t.sizes(), at::TensorOptions().dtype(t.scalar_type()));
        if (bytes > 0) std::memcpy(host.data_ptr(), source, bytes);
        t.copy_(host);
    });
}

// ---- indexing: libtorch's own rules, so that mixed forms come out as in Python. Mirrors torch.TensorIndex.

enum IndexKind : int32_t { INDEX_NONE, INDEX_SINGLE, INDEX_ELLIPSIS, INDEX_BOOL, INDEX_TENSOR, INDEX_SLICE };

struct Index {
    int32_t kind;
    int32_t given;  // bits: 1 start, 2 stop, 4 step
    int64_t start;
    int64_t stop;
    int64_t step;
    void* tensor;
};

static std::vector<at::indexing::TensorIndex> indices_of(const Index* indices, int n) {
    using Bound = Optional<int64_t>;
    std::vector<at::indexing::TensorIndex> list;
    list.reserve(n);
    for (int k = 0; k < n; k++) {
        const auto& x = indices[k];
        switch (x.kind) {
            case INDEX_SINGLE: list.emplace_back(x.start); break;
            case INDEX_ELLIPSIS: list.emplace_back(at::indexing::Ellipsis); break;
            case INDEX_BOOL: list.emplace_back(x.start != 0); break;
            case INDEX_TENSOR: list.emplace_back(borrow(x.tensor)); break;
            case INDEX_SLICE:
                list.emplace_back(at::indexing::Slice(x.given & 1 ? Bound(x.start) : Bound(), x.given & 2 ? Bound(x.stop) : Bound(), x.given & 4 ? Bound(x.step) : Bound()));
                break;
            default: list.emplace_back(at::indexing::None);
        }
    }
    return list;
}

KD_API int kd_index(void* handle, const Index* indices, int n, void** result) {
    return guard([&] { *result = release(borrow(handle).index(indices_of(indices, n))); });
}

KD_API int kd_index_put(void* handle, const Index* indices, int n, void* value) {
    return guard([&] { borrow(handle).index_put_(indices_of(indices, n), borrow(value)); });
}

// ---- autograd

KD_API int kd_backward(void** tensors, int n, void** gradients, int ng, int retain, int create, void** inputs, int ni) {
    return guard([&] {
        torch::autograd::backward(borrow_all(tensors, n), borrow_all(gradients, ng), optional_bool(retain), create != 0, borrow_all(inputs, ni));
    });
}

KD_API int kd_autograd_grad(void** outputs, int no, void** inputs, int ni, void** gradients, int ng, int retain, int create, int allow_unused, void** results) {
    return guard([&] {
        auto r = torch::autograd::grad(borrow_all(outputs, no), borrow_all(inputs, ni), borrow_all(gradients, ng), optional_bool(retain), create != 0, allow_unused != 0);
        for (int i = 0; i < ni; i++) results[i] = release(r[i]);
    });
}

KD_API int kd_grad_enabled() { return c10::GradMode::is_enabled(); }
KD_API void kd_set_grad_enabled(int on) { c10::GradMode::set_enabled(on != 0); }
KD_API int kd_inference_mode_enabled() { return c10::InferenceMode::is_enabled(); }
KD_API void* kd_inference_mode(int on) { return new c10::InferenceMode(on != 0); }
KD_API void kd_inference_mode_end(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// ---- random state

KD_API int kd_manual_seed(int64_t seed) {
    return guard([&] { at::manual_seed(uint64_t(seed)); });
}

KD_API int kd_generator(int64_t device, int64_t seed, void** result) {
    return guard([&] {
        auto d = device_of(device);
        if (!d.is_cpu()) throw std::runtime_error("a generator of its own is for the CPU; use the default one of " + d.str());
        *result = new at::Generator(at::detail::createCPUGenerator(uint64_t(seed)));
    });
}

KD_API int kd_default_generator(int64_t device, void** result) {
    return guard([&] { *result = new at::Generator(at::globalContext().defaultGenerator(device_of(device))); });
}

KD_API void kd_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

KD_API int kd_generator_seed(void* generator, int64_t seed) {
    return guard([&] {
        auto& g = *static_cast<at::Generator*>(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        g.set_current_seed(uint64_t(seed));
    });
}

KD_API int kd_generator_current_seed(void* generator, int fresh, int64_t* seed) {
    return guard([&] {
        auto& g = *static_cast<at::Generator*>(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        *seed = int64_t(fresh ? g.seed() : g.current_seed());
    });
}

KD_API int kd_generator_state(void* generator, void** state) {
    return guard([&] {
        auto& g = *static_cast<at::Generator*>(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        *state = release(g.get_state());
    });
}

KD_API int kd_generator_set_state(void* generator, void* state) {
    return guard([&] {
        auto& g = *static_cast<at::Generator*>(generator);
        auto s = borrow(state);
        std::lock_guard<std::mutex> lock(g.mutex());
        g.set_state(s);
    });
}

// ---- threads and devices

KD_API int kd_set_num_threads(int n) {
    return guard([&] { at::set_num_threads(n); });
}
KD_API int kd_get_num_threads() { return at::get_num_threads(); }
KD_API int kd_set_num_interop_threads(int n) {
    return guard([&] { at::set_num_interop_threads(n); });
}
KD_API int kd_get_num_interop_threads() { return at::get_num_interop_threads(); }
KD_API int kd_cuda_is_available() {
    int available = 0;
    guard([&] { available = torch::cuda::is_available(); });
    return available;
}
KD_API int kd_cuda_device_count() {
    int count = 0;
    guard([&] { count = int(torch::cuda::device_count()); });
    return count;
}
KD_API int kd_cuda_synchronize(int64_t index) {
    return guard([&] { torch::cuda::synchronize(index); });
}
KD_API int kd_cuda_manual_seed(int64_t seed) {
    return guard([&] { torch::cuda::manual_seed_all(uint64_t(seed)); });
}

// ---- optimizers: one crossing per step

KD_API int kd_zero_grad(void** parameters, int n, int set_to_none) {
    return guard([&] {
        for (int i = 0; i < n; i++) {
            auto t = borrow(parameters[i]);
            auto& g = t.mutable_grad();
            if (!g.defined()) continue;
            if (set_to_none) {
                g.reset();
            } else {
                g.detach_();
                g.zero_();
            }
        }
    });
}

// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) as PyTorch words them. A parameter without a gradient is
// left alone, its step included. largest is null without amsgrad.
KD_API int kd_adam_step(void** parameters, void** exp_avg, void** exp_avg_sq, void** largest, int64_t* steps, int n, double lr, double beta1,
                        double beta2, double eps, double weight_decay, int decoupled, int maximize) {
    return guard([&] {
        c10::NoGradGuard no_grad;
        for (int i = 0; i < n; i++) {
            auto p = borrow(parameters[i]);
            auto g = dense_gradient(p, maximize != 0, "Adam");
            if (!g.defined()) continue;
            auto m = borrow(exp_avg[i]), v = borrow(exp_avg_sq[i]);
            const double step = double(++steps[i]);
            const double correction1 = 1 - std::pow(beta1, step), root_correction2 = std::sqrt(1 - std::pow(beta2, step));
            if (!largest && plain_float(p) && plain_float(g) && plain_float(m) && plain_float(v)) {
                AdamRange a;
                a.p = p.data_ptr<float>();
                a.m = m.data_ptr<float>();
                a.v = v.data_ptr<float>();
                a.g = g.data_ptr<float>();
                a.beta1 = float(beta1);
                a.beta2 = float(beta2);
                a.one_minus_beta1 = float(1 - beta1);
                a.one_minus_beta2 = float(1 - beta2);
                a.step_size = float(lr / correction1);
                a.inverse_root_correction = float(1 / root_correction2);
                a.eps = float(eps);
                a.decay = float(decoupled ? 1 - lr * weight_decay : 1);
                a.l2 = float(decoupled ? 0 : weight_decay);
                at::parallel_for(0, p.numel(), 32768, [&](int64_t begin, int64_t end) { adam_range(a, begin, end); });
                p.unsafeGetTensorImpl()->bump_version();
                continue;
            }
            if (weight_decay != 0) {
                if (decoupled) p.mul_(1 - lr * weight_decay);
                else g = g.add(p, weight_decay);
            }
            m.mul_(beta1).add_(g, 1 - beta1);
            v.mul_(beta2).addcmul_(g, g, 1 - beta2);
            at::Tensor denominator;
            if (largest) {
                auto top = borrow(largest[i]);
                at::maximum_out(top, top, v);
                denominator = top.sqrt().div_(root_correction2).add_(eps);
            } else {
                denominator = v.sqrt().div_(root_correction2).add_(eps);
            }
            p.addcdiv_(m, denominator, -lr / correction1);
        }
    });
}

// Stochastic gradient descent with momentum, PyTorch's form: the first gradient fills the buffer undamped. A buffer that is
// still null is created here and handed over to the caller.
KD_API int kd_sgd_step(void** parameters, void** buffers, int n, double lr, double momentum, double dampening, double weight_decay, int nesterov, int maximize) {
    return guard([&] {
        c10::NoGradGuard no_grad;
        for (int i = 0; i < n; i++) {
            auto p = borrow(parameters[i]);
            auto g = p.grad();
            if (!g.defined()) continue;
            if (maximize) g = g.neg();
            if (weight_decay != 0) g = g.add(p, weight_decay);
            if (momentum != 0) {
                at::Tensor b;
                if (!buffers[i]) {
                    b = g.detach().clone();
                    buffers[i] = release(b);
                } else {
                    b = borrow(buffers[i]);
                    b.mul_(momentum).add_(g, 1 - dampening);
                }
                g = nesterov ? g.add(b, momentum) : b;
            }
            p.add_(g, -lr);
        }
    });
}

KD_API int kd_clip_grad_norm(void** parameters, int n, double max_norm, double norm_type, double* total) {
    return guard([&] {
        c10::NoGradGuard no_grad;
        std::vector<at::Tensor> gradients, norms;
        for (int i = 0; i < n; i++) {
            auto g = borrow(parameters[i]).grad();
            if (!g.defined()) continue;
            gradients.push_back(g);
            norms.push_back(at::norm(g.detach(), norm_type));
        }
        *total = 0;
        if (gradients.empty()) return;
        auto device = norms[0].device();
        for (auto& x : norms) x = x.to(device);
        *total = at::norm(at::stack(norms), norm_type).item<double>();
        const double scale = max_norm / (*total + 1e-6);
        if (scale < 1)
            for (auto& g : gradients) g.detach().mul_(scale);
    });
}

// ---- TorchScript

using Named = void (*)(void* context, const char* name, void* tensor);

KD_API int kd_jit_load(const char* path, int64_t device, void** module) {
    return guard([&] { *module = new torch::jit::Module(torch::jit::load(path, device_of(device))); });
}

KD_API int kd_jit_load_bytes(const char* bytes, int64_t length, int64_t device, void** module) {
    return guard([&] {
        std::istringstream stream(std::string(bytes, size_t(length)));
        *module = new torch::jit::Module(torch::jit::load(stream, device_of(device)));
    });
}

KD_API void kd_jit_free(void* module) { delete static_cast<torch::jit::Module*>(module); }

KD_API int kd_jit_train(void* module, int on) {
    return guard([&] { static_cast<torch::jit::Module*>(module)->train(on != 0); });
}

KD_API int kd_jit_is_training(void* module) { return static_cast<torch::jit::Module*>(module)->is_training(); }

KD_API int kd_jit_to(void* module, int64_t device, int dtype) {
    return guard([&] {
        auto& m = *static_cast<torch::jit::Module*>(module);
        if (device >= 0) m.to(device_of(device));
        if (dtype >= 0) m.to(c10::ScalarType(dtype));
    });
}

KD_API int kd_jit_forward(void* module, void** inputs, int n, Value* result) {
    return guard([&] {
        std::vector<IValue> arguments;
        for (int i = 0; i < n; i++) arguments.emplace_back(borrow(inputs[i]));
        pop(static_cast<torch::jit::Module*>(module)->forward(arguments), *result);
    });
}

KD_API int kd_jit_parameters(void* module, Named each, void* context) {
    return guard([&] {
        for (const auto& p : static_cast<torch::jit::Module*>(module)->named_parameters()) each(context, p.name.c_str(), release(p.value));
    });
}

KD_API int kd_jit_buffers(void* module, Named each, void* context) {
    return guard([&] {
        for (const auto& p : static_cast<torch::jit::Module*>(module)->named_buffers()) each(context, p.name.c_str(), release(p.value));
    });
}
