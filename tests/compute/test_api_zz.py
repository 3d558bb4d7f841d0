import base64, json
from tests.world import PASSWORD
def basic(n,p=PASSWORD): return {"HTTP_AUTHORIZATION":"Basic "+base64.b64encode(f"{n}:{p}".encode()).decode()}
def test_x(world, datacenter, client, settings):
    settings.ATRIUM_PUBLIC_URL=""
    world.cloud_admin, world.user, world.host, world.template, world.admin
    m=world.machine
    def call(method,url,who="anna",body=None,**kw):
        url=url.replace("http://testserver","")
        extra=basic(who)
        if body is not None: kw.setdefault("content_type","application/json"); kw["data"]=json.dumps(body)
        r=getattr(client,method)(url,**extra,**kw)
        print("##",method,url,r.status_code,r.headers.get("Content-Type"),r.headers.get("Location"))
        print(r.content.decode()[:1500])
        return r
    def rel(r,name): 
        d=r.json() if hasattr(r,"json") else r
        return next(l for l in d["links"] if l["rel"]==name)["href"]
    for u in ["datacenters","remoteservices"]: call("get",f"/api/admin/{u}","root")
    dc=world.datacenter.id
    r=call("get",f"/api/admin/datacenters/{dc}/racks","root"); racks=r.json()["collection"][0]
    r=call("get",rel(racks,"machines"),"root"); call("get",rel(r.json()["collection"][0],"edit"),"root"); call("get",rel(r.json()["collection"][0],"datastores"),"root")
    call("get",rel(r.json()["collection"][0],"checkstate"),"root")
    call("get",f"/api/admin/datacenters/{dc}/racks")
    r=call("get","/api/cloud/locations"); call("get",rel(r.json()["collection"][0],"hardwareprofiles")); r2=call("get",rel(r.json()["collection"][0],"datacenterrepository"))
    call("get",rel(r2,"virtualmachinetemplates"))
    loc=rel(r.json()["collection"][0],"self")
    r=call("post","/api/cloud/virtualdatacenters",body={"name":"V","hypervisorType":"KVM","cpuHard":"10","cpusoft":8,"vlan":{"name":"net","address":"10.1.0.0","mask":"24","gateway":"10.1.0.1"},"links":[{"rel":"location","href":loc}]})
    vdc=r
    call("get",rel(vdc,"privatenetworks")); call("get",rel(vdc,"templates"))
    r=call("post",rel(vdc,"virtualappliances"),body={"name":"A"}); vapp=r
    t=call("get",rel(vdc,"templates")).json()["collection"][0]
    r=call("post",rel(vapp,"virtualmachines"),body={"label":"web1","links":[{"rel":"virtualmachinetemplate","href":"https://other:99"+rel(t,"edit")[len("http://testserver"):]}]}); vm=r
    call("post",rel(vm,"deploy")+"?plan=true"); call("post",rel(vm,"deploy")+"?plan=true","root")
    r=call("post",rel(vm,"deploy"),data="null",content_type="*/*"); task=rel(r,"status")
    call("post",rel(vm,"deploy")); call("get",task)
    datacenter.work()
    call("get",task); call("get",rel(vm,"edit")); call("get",rel(vm,"nics")); call("get",rel(vm,"harddisks")); call("get",rel(vdc,"privateips")); call("get",rel(vm,"state")); call("get",rel(vapp,"state"))
    r=call("put",rel(vm,"state"),body={"state":"OFF","gracefulShutdown":True}); datacenter.work(); call("get",rel(vm,"state")); call("get",rel(vm,"tasks"))
    r=call("put",rel(vm,"edit"),body={"cpu":2}); datacenter.work(); 
    r=call("delete",rel(vm,"edit")); datacenter.work(); call("get",rel(r,"status")); call("get",rel(vm,"edit"))
    call("delete",rel(vapp,"edit")); call("delete",rel(vdc,"edit"))
    call("get","/api/cloud/virtualmachines","root")
